package cosclient

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Secrets that no error or log may show.
const (
	testSecretID  = "AKIDEXAMPLE"
	testSecretKey = "canary+secret/key="
	testToken     = "canary/token+value=="
	testKeyText   = "canary~customer?key/0123456789ab" // 32 bytes
)

func testKey(t *testing.T) sse.CustomerKey {
	t.Helper()
	key, err := sse.NewCustomerKey([]byte(testKeyText))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var testObject = Location{Region: "ap-guangzhou", Bucket: "lab-1250000000", Key: "dir/a b.txt"}

// seen is a request as the server received it.
type seen struct {
	Method, Path, URI, Host string
	Query                   map[string][]string
	Header                  http.Header
	Body                    string
	Err                     error
}

// server answers with its handlers in order, repeating the last one, and records
// the requests.
type server struct {
	*httptest.Server
	pipes    *pipes // nil if it listens on the network
	mu       sync.Mutex
	requests []seen
	handlers []http.HandlerFunc
}

func newServer(t *testing.T, handlers ...http.HandlerFunc) *server {
	t.Helper()
	s := &server{handlers: handlers}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	s.Config.ErrorLog = quiet
	t.Cleanup(s.Close)
	return s
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	s.requests = append(s.requests, seen{
		Method: r.Method, Path: r.URL.Path, URI: r.RequestURI, Host: r.Host, Query: r.URL.Query(), Header: r.Header.Clone(), Body: string(body), Err: err,
	})
	h := s.handlers[0]
	if len(s.handlers) > 1 {
		s.handlers = s.handlers[1:]
	}
	s.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.Header().Set("X-Cos-Request-Id", "REQ-1")
	h(w, r)
}

func (s *server) seen() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.requests...)
}

// client returns a client of the server that retries without waiting.
func (s *server) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	endpoint, err := ParseEndpoint(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Endpoint:    endpoint,
		Credentials: credentials.Static{Value: credentials.Value{SecretID: testSecretID, SecretKey: testSecretKey, SecurityToken: testToken}},
		MaxRetries:  2, RequestTimeout: time.Hour, UserAgent: "test/1",
	}
	if s.Certificate() != nil {
		cfg.RootCAs = s.Server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	s.reach(t, c)
	return c
}

// status answers with a status, a body, and headers in pairs.
func status(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func refusing(code int, name string) http.HandlerFunc {
	return status(code, `<?xml version='1.0' encoding='utf-8' ?>
<Error><Code>`+name+`</Code><Message>About `+name+`.</Message><RequestId>IN-BODY</RequestId><TraceId>TRACE</TraceId></Error>`)
}

// reset closes the connection without a response.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// textBody is a Body whose size need not be right.
type textBody struct {
	text   string
	size   int64
	opened *int
}

func (b textBody) Size() int64 { return b.size }

func (b textBody) Open() (io.ReadCloser, error) {
	if b.opened != nil {
		*b.opened++
	}
	return io.NopCloser(bytes.NewReader([]byte(b.text))), nil
}

func text(s string) textBody { return textBody{text: s, size: int64(len(s))} }

var quiet = log.New(io.Discard, "", 0)
