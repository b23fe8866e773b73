package cosmock

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// exchange holds the state of one request while the server handles it.
type exchange struct {
	server       *Server
	undocumented *Undocumented
	r            *http.Request
	w            *response
	body         *countingReader

	address     address
	query       query
	subresource string
	bucket      *bucket // nil for the service, or if it does not exist
	anonymous   bool    // without a signature
	presigned   bool    // with the signature in the URL
	fault       *Fault  // nil if none applies
	drops       bool    // FaultDropEncryption applies

	requestID, traceID string
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		return
	}
	defer s.handling.Done()
	body := s.timed(w, r)
	if isControl(r) {
		s.control(w, r, body)
		return
	}
	undocumented := s.undocumented.Load()
	x := &exchange{
		server:       s,
		undocumented: undocumented,
		r:            r,
		address:      undocumented.parseAddress(r.Host, r.URL.Path, s.opts.Domains),
		query:        parseQuery(r.URL.RawQuery),
		requestID:    s.ids.request(s.now()),
	}
	x.traceID = s.ids.trace(x.requestID)
	x.subresource = x.findSubresource()
	entry := x.entry()
	x.body = &countingReader{r: body, note: func(n int64) { s.journal.update(func() { entry.BodyBytes = n }) }}
	x.w = &response{ResponseWriter: w, exchange: x, note: func(status int) {
		s.journal.update(func() { entry.Status = status })
	}}
	s.journal.add(entry)
	started := time.Now()
	x.run()
	s.log.Info("request", "method", r.Method, "bucket", x.address.bucket, "key", x.address.key,
		"subresource", x.subresource, "status", x.w.status, "request_id", x.requestID, "duration", time.Since(started))
}

// run applies the latency and any fault, and serves the request.
func (x *exchange) run() {
	x.wait(x.server.opts.Latency)
	x.fault, x.drops = x.server.faults.take(x)
	x.standardHeaders()
	fault := x.fault
	if fault != nil {
		x.wait(fault.Delay)
		if !fault.afterWork() {
			x.hold(fault.Until)
		}
		if done := x.failEarly(); done {
			return
		}
	}
	if err := x.serve(); err != nil {
		x.writeError(x.pull(err))
	}
	if fault.afterWork() {
		x.hold(fault.Until)
	}
	x.w.finish()
}

// serve checks the request and carries it out.
func (x *exchange) serve() error {
	if err := x.authenticate(); err != nil {
		return err
	}
	if x.server.overdue.Load() {
		return fail("UnavailableForLegalReasons")
	}
	if err := x.locate(); err != nil {
		return err
	}
	if err := x.permitted(); err != nil {
		return err
	}
	if x.drops {
		dropEncryption(x.r.Header)
	}
	if err := x.acceleration(); err != nil {
		return err
	}
	operation, err := x.operation()
	if err != nil {
		return err
	}
	return operation(x)
}

func (x *exchange) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.r.Context().Done():
	case <-x.server.done:
	}
}

// hold waits until a channel is closed. It does not wait for nil.
func (x *exchange) hold(until <-chan struct{}) {
	if until == nil {
		return
	}
	select {
	case <-until:
	case <-x.r.Context().Done():
	case <-x.server.done:
	}
}

func (x *exchange) header() http.Header { return x.w.Header() }

// standardHeaders sets the headers of every response ("Common Response Headers").
func (x *exchange) standardHeaders() {
	now := x.server.now()
	if x.server.faults.skewed() {
		now = now.Add(clockShift)
	}
	h := x.header()
	h.Set("Server", "tencent-cos")
	h.Set("Connection", "keep-alive")
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set("X-Cos-Request-Id", x.requestID)
}

// empty sends a response without a body.
func (x *exchange) empty(status int) error {
	if status != http.StatusNoContent {
		x.header().Set("Content-Length", "0")
	}
	x.w.WriteHeader(status)
	return nil
}

// xml sends a 200 response with an XML document.
func (x *exchange) xml(document any) error {
	body, err := xml.Marshal(document)
	if err != nil {
		return err
	}
	body = append([]byte(xml.Header), body...)
	x.header().Set("Content-Type", "application/xml")
	x.header().Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(http.StatusOK)
	_, _ = x.w.Write(body) // the client may have closed the connection
	return nil
}

// isWrite reports whether the request stores or prepares an object's data.
func (x *exchange) isWrite() bool {
	return x.address.key != "" && (x.r.Method == http.MethodPut && (x.subresource == "" || x.subresource == subUploadID) ||
		x.r.Method == http.MethodPost && x.subresource == subUploads)
}

// countingReader counts the bytes read from a body for the journal. It returns
// IncompleteBody for a body that breaks off.
type countingReader struct {
	r    io.Reader
	n    int64
	note func(int64)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if n > 0 {
		c.n += int64(n)
		c.note(c.n)
	}
	if _, said := errors.AsType[*apiError](err); err != nil && !said && !errors.Is(err, io.EOF) {
		err = fail("IncompleteBody")
	}
	return n, err
}
