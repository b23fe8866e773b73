package cosmock

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// minProgress is how much of a body has to arrive within Options.BodyTimeout,
// unless it ends before: a byte now and then does not keep a request alive.
const minProgress = 4 << 10

// timedBody ends a body that does not come in. Some clients announce a body and
// never send it; the server would wait as long as they stay connected.
type timedBody struct {
	r          io.Reader
	controller *http.ResponseController
	timeout    time.Duration

	armed bool // by a Read
	since int  // bytes since then
	err   error
}

// timed puts a time limit on a request's body: also on one that the handler does
// not read, for then net/http reads it to its end before it answers.
func (s *Server) timed(w http.ResponseWriter, r *http.Request) io.Reader {
	if r.Body == nil || r.Body == http.NoBody {
		return http.NoBody
	}
	b := &timedBody{r: r.Body, controller: http.NewResponseController(w), timeout: s.opts.BodyTimeout}
	b.arm()
	return b
}

func (b *timedBody) arm() { _ = b.controller.SetReadDeadline(time.Now().Add(b.timeout)) }

// Read implements io.Reader. The deadline is the connection's, so it is taken
// away at the end: what the handler does after it may take any time.
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
		b.err = fail("RequestTimeout") // the deadline stays: nothing else is read from this connection
	default:
		b.err = err
		_ = b.controller.SetReadDeadline(time.Time{})
	}
	return n, b.err
}
