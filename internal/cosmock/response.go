package cosmock

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
)

// errCut is returned to a handler that keeps writing after its response was cut.
var errCut = errors.New("the answer is cut short")

// response is the ResponseWriter of an exchange. It records the status in the
// journal before anything leaves the server, and applies the faults that affect a
// response.
type response struct {
	http.ResponseWriter
	exchange *exchange
	note     func(status int)

	status int
	buffer bytes.Buffer // of a truncated response without a Content-Length
	left   int64        // bytes to send of a truncated response with a Content-Length
	passed bool         // the header has been sent
	cut    bool
	// instead replaces a successful response.
	instead *apiError
}

// WriteHeader implements http.ResponseWriter.
func (w *response) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	fault := w.exchange.fault
	if fault.is(FaultResetAfter) {
		return // the journal keeps status 0
	}
	if status/100 == 2 {
		if w.instead = fault.instead(); w.instead != nil {
			return
		}
	}
	w.note(status)
	if fault.is(FaultTruncate) {
		length, _ := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
		if length < 2 || w.exchange.r.Method == http.MethodHead {
			return
		}
		w.left = length / 2
	}
	w.passed = true
	spell(w.Header())
	w.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	fault := w.exchange.fault
	switch {
	case w.cut:
		return 0, errCut
	case fault.is(FaultResetAfter), w.instead != nil:
		return len(p), nil
	case fault.is(FaultTruncate) && !w.passed:
		return w.buffer.Write(p)
	case fault.is(FaultTruncate):
		if int64(len(p)) < w.left {
			w.left -= int64(len(p))
			return w.ResponseWriter.Write(p)
		}
		n, _ := w.ResponseWriter.Write(p[:w.left])
		w.hangUp(nil)
		return n, errCut
	}
	return w.ResponseWriter.Write(p)
}

// flush sends what has been written so far.
func (w *response) flush() {
	if fault := w.exchange.fault; fault.is(FaultResetAfter) || fault.is(FaultTruncate) || w.instead != nil {
		return
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// finish applies the faults that affect the end of a response.
func (w *response) finish() {
	fault := w.exchange.fault
	switch {
	case fault.is(FaultResetAfter):
		w.reset()
	case fault.is(FaultTruncate) && !w.cut:
		w.hangUp(w.half())
	case w.instead != nil:
		clear(w.Header())
		err := w.instead
		w.exchange.fault, w.instead, w.status = nil, nil, 0
		w.exchange.standardHeaders()
		w.exchange.writeError(err)
	}
}

// half returns the raw first half of a response that was held back: of its body,
// or of its header if it has no body.
func (w *response) half() []byte {
	if w.passed {
		return nil
	}
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "HTTP/1.1 %d %s\r\n", w.status, http.StatusText(w.status))
	if w.buffer.Len() > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(w.buffer.Len()))
	}
	spell(w.Header())
	_ = w.Header().Write(&raw)
	if w.buffer.Len() == 0 {
		return raw.Bytes()[:raw.Len()/2]
	}
	raw.WriteString("\r\n")
	raw.Write(w.buffer.Bytes()[:w.buffer.Len()/2])
	return raw.Bytes()
}

// hangUp writes some last bytes and closes the connection gracefully.
func (w *response) hangUp(last []byte) {
	w.cut = true
	controller := http.NewResponseController(w.ResponseWriter)
	if w.passed {
		_ = controller.Flush()
	}
	conn, buffered, err := controller.Hijack()
	if err != nil {
		return
	}
	_, _ = buffered.Write(last)
	_ = buffered.Flush()
	_ = conn.Close()
}

// reset closes the connection abruptly: the peer sees ECONNRESET, not EOF.
func (w *response) reset() {
	w.cut = true
	conn, _, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return
	}
	raw := conn
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = wrapped.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}

// is reports whether the fault is of a kind. It accepts a nil fault.
func (f *Fault) is(kind FaultKind) bool { return f != nil && f.Kind == kind }

// failEarly responds for the faults that prevent the work.
func (x *exchange) failEarly() (done bool) {
	switch x.fault.Kind {
	case FaultResetBefore:
		x.w.reset()
		return true
	case FaultSlowDown:
		x.writeError(fail("SlowDown"))
		return true
	case FaultInternalError:
		x.writeError(fail("InternalError"))
		return true
	case FaultUnavailable:
		x.writeError(fail("ServiceUnavailable"))
		return true
	case FaultClockSkew:
		err := fail("RequestTimeTooSkewed")
		err.serverTime = x.server.now().Add(clockShift).UTC().Format("2006-01-02T15:04:05Z")
		x.writeError(err)
		return true
	case FaultErrorIn200:
		if !x.answersIn200() {
			x.writeError(fail("InternalError"))
			return true
		}
		x.drain()
		body := x.errorXML(fail("InternalError"))
		x.header().Set("Content-Type", "application/xml")
		x.header().Set("Content-Length", strconv.Itoa(len(body)))
		x.w.WriteHeader(http.StatusOK)
		_, _ = x.w.Write(body)
		return true
	}
	return false
}

// answersIn200 reports whether COS may report the request's errors inside a 200:
// a copy or Complete Multipart Upload.
func (x *exchange) answersIn200() bool {
	return x.r.Method == http.MethodPut && x.r.Header.Get("X-Cos-Copy-Source") != "" ||
		x.r.Method == http.MethodPost && x.subresource == subUploadID
}

// maxDrain is how many bytes of a refused request's body are read.
const maxDrain = 64 << 20

// drain reads the rest of the body so that a client that is still sending it sees
// the response. A client that waits for 100 Continue sends no body.
func (x *exchange) drain() {
	if x.r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, x.body, maxDrain)
	}
}
