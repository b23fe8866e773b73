package cosmock

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// deadlines counts how often a deadline is set, and records whether one is set.
type deadlines struct {
	http.ResponseWriter
	set     int
	inForce bool
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	if d.inForce = !t.IsZero(); d.inForce {
		d.set++
	}
	return nil
}

// Enough data extends the deadline, a single byte does not, and the end of the
// body clears it because the handler may take its time afterwards.
func TestDeadlineOfABody(t *testing.T) {
	for name, tc := range map[string]struct {
		body io.Reader
		set  int
		err  error
	}{
		"small":        {strings.NewReader("hello"), 1, nil},
		"in bytes":     {iotest.OneByteReader(strings.NewReader(strings.Repeat("x", minProgress-1))), 1, nil},
		"large":        {iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 3*minProgress+1))), 4, nil},
		"broken off":   {iotest.DataErrReader(io.MultiReader(strings.NewReader("x"), iotest.ErrReader(io.ErrUnexpectedEOF))), 1, io.ErrUnexpectedEOF},
		"of no length": {http.NoBody, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := &deadlines{}
			b := &timedBody{r: tc.body, controller: http.NewResponseController(d), timeout: time.Hour}
			_, err := io.Copy(io.Discard, b)
			if d.inForce || d.set != tc.set {
				t.Errorf("a deadline is in force: %v, it was set %d times", d.inForce, d.set)
			}
			if !errors.Is(err, tc.err) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
