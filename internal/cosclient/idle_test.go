package cosclient

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const shortIdle = time.Second

func withIdle(d time.Duration) func(*Config) {
	return func(cfg *Config) { cfg.RequestTimeout = d; cfg.MaxRetries = 1 }
}

// stall does not answer until the client gives up. It then resets the connection,
// so that the client cannot receive a late 200.
func stall(_ http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

func TestIdleTimeout(t *testing.T) {
	t.Parallel()
	tests := map[string]http.HandlerFunc{
		"before the answer": stall,
		"inside the answer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "<ListBucketResult>")
			_ = http.NewResponseController(w).Flush()
			stall(w, r)
		},
		"inside a refusal": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusInternalServerError)
			_ = http.NewResponseController(w).Flush()
			stall(w, r)
		},
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newPipeServer(t, handler)
				_, err := s.client(t, withIdle(shortIdle)).List(t.Context(), testObject.Region, testObject.Bucket, ListInput{})
				if name != "inside a refusal" && !errors.Is(err, ErrIdleTimeout) {
					t.Errorf("error %v, want ErrIdleTimeout", err)
				}
				if err == nil || len(s.seen()) != 2 {
					t.Errorf("error %v after %d requests", err, len(s.seen()))
				}
				if name != "inside a refusal" && !strings.HasSuffix(err.Error(), "no byte moved for 1s") {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

// slowBody returns one byte at a time.
type slowBody struct {
	size  int
	pause time.Duration
}

func (b slowBody) Size() int64                  { return int64(b.size) }
func (b slowBody) Open() (io.ReadCloser, error) { return io.NopCloser(&slowReader{b}), nil }

type slowReader struct{ slowBody }

func (r *slowReader) Read(p []byte) (int, error) {
	if r.size == 0 {
		return 0, io.EOF
	}
	time.Sleep(r.pause)
	r.size--
	p[0] = 'x'
	return 1, nil
}

// pace is the longest pause of a transfer that is not idle.
const pace = shortIdle - time.Millisecond

func TestASlowTransferIsNotIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newPipeServer(t, status(200, ""))
		c := s.client(t, withIdle(shortIdle))
		if _, err := c.Put(t.Context(), testObject, PutInput{Body: slowBody{10, pace}}); err != nil {
			t.Errorf("an upload that takes ten times the limit: %v", err)
		}
		if _, err := c.Put(t.Context(), testObject, PutInput{Body: slowBody{10, shortIdle + time.Millisecond}}); !errors.Is(err, ErrIdleTimeout) {
			t.Errorf("an upload that rests for too long: %v", err)
		}
	})
}

func TestASlowAnswerIsNotIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := newPipeServer(t, func(w http.ResponseWriter, _ *http.Request) {
			for range 10 {
				time.Sleep(pace)
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
			}
			_, _ = io.WriteString(w, "<CompleteMultipartUploadResult><ETag>e-1</ETag></CompleteMultipartUploadResult>")
		})
		up := Upload{Location: testObject, ID: "U"}
		got, err := slow.client(t, withIdle(shortIdle)).CompleteMultipart(t.Context(), up, CompleteInput{Parts: []Part{{1, "e", ""}}})
		if err != nil || got.ETag != "e-1" || len(slow.seen()) != 1 {
			t.Errorf("a completion kept alive by white space: %+v, %v, %d requests", got, err, len(slow.seen()))
		}
	})
}

func TestAReaderMayTakeItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newPipeServer(t, status(200, strings.Repeat("x", 1<<20)))
		body, _, err := s.client(t, withIdle(shortIdle)).GetRange(t.Context(), testObject, HeadInput{}, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = body.Close() }()
		time.Sleep(2 * shortIdle)
		if _, err := io.ReadFull(body, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * shortIdle)
		n, err := io.Copy(io.Discard, body)
		if n != 1<<20-1000 || err != nil {
			t.Errorf("read %d bytes, %v", n, err)
		}
	})
}

func TestIdleTimeoutOfAReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "begin")
			_ = http.NewResponseController(w).Flush()
			stall(w, r)
		})
		body, _, err := s.client(t, withIdle(shortIdle)).GetRange(t.Context(), testObject, HeadInput{}, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = body.Close() }()
		if _, err := io.ReadAll(body); !errors.Is(err, ErrIdleTimeout) {
			t.Errorf("error %v, want ErrIdleTimeout", err)
		}
	})
}
