package cosmock

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// minProgress is how many bytes of a body must arrive within Options.BodyTimeout,
// unless the body ends earlier. A client that sends single bytes slowly therefore
// times out as well.
const minProgress = 4 << 10

// timedBody times out a request body that does not arrive. Some clients announce
// a body and never send it; without a deadline, the server would wait for as long
// as they stay connected.
type timedBody struct {
	r          io.Reader
	controller *http.ResponseController
	timeout    time.Duration

	armed bool // the deadline is set
	since int  // bytes read since the deadline was set
	err   error
}

// timed puts a deadline on a request's body, even if the handler does not read
// it: net/http reads the body to its end before it responds.
func (s *Server) timed(w http.ResponseWriter, r *http.Request) io.Reader {
	if r.Body == nil || r.Body == http.NoBody {
		return http.NoBody
	}
	b := &timedBody{r: r.Body, controller: http.NewResponseController(w), timeout: s.opts.BodyTimeout}
	b.arm()
	return b
}

func (b *timedBody) arm() { _ = b.controller.SetReadDeadline(time.Now().Add(b.timeout)) }

// Read implements io.Reader. The deadline applies to the whole connection, so
// Read clears it at the end of the body: the handler may take any amount of time
// afterwards.
func (b *timedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if !b.armed || b.since >= minProgress {
		b.armed, b.since = true, 0
		b.arm()
	}
	n, err := b.r.Read(p)
	b.since += n
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.err = fail("RequestTimeout") // keep the deadline: nothing else is read from this connection
	default:
		b.err = err
		_ = b.controller.SetReadDeadline(time.Time{})
	}
	return n, b.err
}
