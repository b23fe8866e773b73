package cosclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// network is a transport without a network. The function returns the error of
// each attempt, or nil for a 200 response.
type network struct {
	attempts atomic.Int64
	fails    func(req *http.Request, attempt int64) error
}

func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	if err := n.fails(req, n.attempts.Add(1)); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

func refusedDial(*http.Request, int64) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 443}, Err: syscall.ECONNREFUSED}
}

// over returns a client for COS's own hosts with the network, which waits as in
// production.
func over(t *testing.T, n *network) *Client {
	t.Helper()
	endpoint, err := ParseEndpoint("")
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{
		Endpoint: endpoint, MaxRetries: 8, UserAgent: "test/1",
		Credentials: credentials.Static{Value: credentials.Value{SecretID: testSecretID, SecretKey: testSecretKey}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.transport, c.proxy = n, func(*http.Request) (*url.URL, error) { return nil, nil }
	return c
}

// Only the first object waits for its retries.
func TestOnlyTheFirstObjectWaitsForAnEndpointThatIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &network{fails: refusedDial}
		c := over(t, n)
		begun := time.Now()
		_, err := c.Head(t.Context(), testObject, HeadInput{})
		if !errors.Is(err, ErrUnreachable) || n.attempts.Load() != 9 || time.Since(begun) < 10*time.Second {
			t.Fatalf("the first: %v after %d attempts", err, n.attempts.Load())
		}
		begun = time.Now()
		for range 50 {
			if _, err := c.Head(t.Context(), testObject, HeadInput{}); !errors.Is(err, ErrUnreachable) {
				t.Fatalf("error %v", err)
			}
		}
		if n.attempts.Load() != 9+50 || time.Since(begun) != 0 {
			t.Errorf("50 more: %d attempts, %v", n.attempts.Load()-9, time.Since(begun))
		}
	})
}

// Requests that wait for the same place stop waiting when one of them gives up.
func TestAWaitEndsWhenAnotherRequestGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &network{fails: refusedDial}
		c := over(t, n)
		var late atomic.Int64
		begun := time.Now()
		first := make(chan time.Duration)
		go func() {
			_, _ = c.Head(t.Context(), testObject, HeadInput{})
			first <- time.Since(begun)
		}()
		time.Sleep(10 * time.Second)
		second := make(chan time.Duration)
		go func() {
			if _, err := c.Head(t.Context(), testObject, HeadInput{}); !errors.Is(err, ErrUnreachable) {
				late.Add(1)
			}
			second <- time.Since(begun)
		}()
		if a, b := <-first, <-second; a != b || late.Load() != 0 {
			t.Errorf("the first ended after %v, the second after %v", a, b)
		}
	})
}

// A connection ends the outage: later failures get all their retries again.
func TestAConnectionEndsAnOutage(t *testing.T) {
	t.Parallel()
	var refuse atomic.Bool
	s := newServer(t, status(200, ""))
	c := s.client(t)
	upstream := c.transport
	n := &network{}
	n.fails = func(req *http.Request, _ int64) error {
		if refuse.Load() {
			return refusedDial(nil, 0)
		}
		resp, err := upstream.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	c.transport = n
	for i, want := range []struct {
		refuse   bool
		attempts int64
	}{{true, 3}, {true, 1}, {false, 1}, {true, 3}} {
		refuse.Store(want.refuse)
		before := n.attempts.Load()
		_, err := c.Head(t.Context(), testObject, HeadInput{})
		if (err != nil) != want.refuse || n.attempts.Load()-before != want.attempts {
			t.Errorf("request %d: error %v after %d attempts, want %d", i+1, err, n.attempts.Load()-before, want.attempts)
		}
	}
}

// Only errors that may be temporary are retried.
func TestWhatKeepsAConnectionFromBeingMadeAgain(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for name, tc := range map[string]struct {
		err      error
		attempts int64
		is       error
		says     string
	}{
		"nobody has the name":          {dial(&net.DNSError{Err: "no such host", Name: "x.example", IsNotFound: true}), 1, ErrUnknownHost, "the host x.example is unknown"},
		"DNS does not answer":          {dial(&net.DNSError{Err: "server misbehaving", Name: "x.example", IsTemporary: true}), 9, ErrUnreachable, "the name x.example could not be resolved"},
		"DNS is not sure":              {dial(&net.DNSError{Err: "no such host", Name: "x.example", IsNotFound: true, IsTemporary: true}), 9, ErrUnreachable, "x.example"},
		"connection refused":           {refusedDial(nil, 0), 9, ErrUnreachable, "connection refused by 10.0.0.1:443"},
		"no route":                     {dial(syscall.EHOSTUNREACH), 9, ErrUnreachable, "no route to host"},
		"the name of the proxy":        {&net.OpError{Op: "proxyconnect", Net: "tcp", Err: dial(&net.DNSError{Name: "p.example", IsNotFound: true})}, 1, ErrUnknownHost, "the host p.example is unknown"},
		"closed during the handshake":  {io.EOF, 9, ErrUnreachable, "the connection was closed"},
		"a proxy that wants a user":    {&proxyAnswer{http.StatusProxyAuthRequired}, 1, ErrUnreachable, ""},
		"a proxy that forbids":         {&proxyAnswer{http.StatusForbidden}, 1, ErrUnreachable, ""},
		"a server that is no proxy":    {&proxyAnswer{http.StatusMethodNotAllowed}, 1, ErrUnreachable, ""},
		"a proxy that cannot reach it": {&proxyAnswer{http.StatusBadGateway}, 9, ErrUnreachable, ""},
		"a proxy that is busy":         {&proxyAnswer{http.StatusTooManyRequests}, 9, ErrUnreachable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := &network{fails: func(*http.Request, int64) error { return tc.err }}
			c := over(t, n)
			c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
			_, err := c.Head(t.Context(), testObject, HeadInput{})
			if !errors.Is(err, tc.is) || n.attempts.Load() != tc.attempts || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v after %d attempts, want %d", err, n.attempts.Load(), tc.attempts)
			}
		})
	}
}

// by returns a client that connects through a proxy.
func by(t *testing.T, s *server, at string) *Client {
	t.Helper()
	c := s.client(t, func(cfg *Config) { cfg.MaxRetries = 0 })
	via, err := url.Parse("http://user:canary-password@" + at)
	if err != nil {
		t.Fatal(err)
	}
	c.proxy = http.ProxyURL(via)
	transport, _ := c.transport.(*http.Transport)
	transport.Proxy = c.proxy
	return c
}

func TestAProxyIsNamedAsOne(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	host := strings.TrimPrefix(s.URL, "https://")
	for name, tc := range map[string]struct {
		proxy http.HandlerFunc // nil if nothing is listening
		is    []error
		says  string
	}{
		"nobody there":      {nil, []error{ErrProxy, ErrUnreachable}, "the proxy PROXY cannot be reached: connection refused"},
		"asks for a user":   {status(407, ""), []error{ErrProxy, ErrProxyCredentials}, "the proxy PROXY does not connect to HOST: it answers CONNECT with 407 Proxy Authentication Required"},
		"forbids":           {status(403, ""), []error{ErrProxy}, "it answers CONNECT with 403 Forbidden"},
		"is a web server":   {status(405, ""), []error{ErrProxy}, "it answers CONNECT with 405 Method Not Allowed"},
		"cannot reach COS":  {status(502, ""), []error{ErrProxy}, "it answers CONNECT with 502 Bad Gateway"},
		"hangs up":          {reset, []error{ErrProxy}, "the proxy PROXY does not connect to HOST: it closes the connection instead of answering CONNECT"},
		"speaks no HTTP":    {speaking("220 mail.example ESMTP\r\n"), []error{ErrProxy}, "its answer to CONNECT is not one of a proxy"},
		"tunnels to no TLS": {tunnelling("HTTP/1.1 400 Bad Request\r\n\r\n"), []error{ErrNoTLS, ErrUnreachable}, "the server answers in plain HTTP where TLS was expected, through the proxy PROXY"},
		"tunnels to nobody": {tunnelling(""), []error{ErrUnreachable}, "the connection was closed before the answer was complete, through the proxy PROXY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := unused(t)
			if tc.proxy != nil {
				p := httptest.NewServer(tc.proxy)
				t.Cleanup(p.Close)
				at = p.Listener.Addr().String()
			}
			_, err := by(t, s, at).Head(t.Context(), testObject, HeadInput{})
			for _, is := range tc.is {
				if !errors.Is(err, is) {
					t.Errorf("error %v is not %v", err, is)
				}
			}
			if says := strings.NewReplacer("PROXY", at, "HOST", host).Replace(tc.says); err == nil || !strings.HasSuffix(err.Error(), says) {
				t.Errorf("error %v, want %q", err, says)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the password of the proxy: %v", err)
			}
			if errors.Is(err, ErrProxy) && errors.Is(err, ErrNoTLS) {
				t.Errorf("both the proxy's and the server's: %v", err)
			}
		})
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

// speaking answers with a text that need not be HTTP.
func speaking(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, text)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}

// tunnelling opens a tunnel to a server that answers with a text.
func tunnelling(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		_, _ = io.ReadFull(conn, make([]byte, 5)) // the header of the ClientHello
		_, _ = io.WriteString(conn, text)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		_, _ = io.Copy(io.Discard, conn)
	}
}

// unused returns an address at which nothing is listening.
func unused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// A plain HTTP server at an https:// endpoint is not retried.
func TestAPlainPortSpokenToInTLS(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	plain := httptest.NewUnstartedServer(status(200, ""))
	plain.Config.ErrorLog = quiet
	plain.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			asked.Add(1)
		}
	}
	plain.Start()
	t.Cleanup(plain.Close)
	s := newServer(t, status(200, ""))
	c := s.client(t)
	endpoint, err := ParseEndpoint("https://" + plain.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.endpoint = endpoint
	_, err = c.Head(t.Context(), testObject, HeadInput{})
	if !errors.Is(err, ErrNoTLS) || asked.Load() != 1 || !strings.HasSuffix(err.Error(), "the server answers in plain HTTP where TLS was expected") {
		t.Errorf("error %v after %d connections", err, asked.Load())
	}
}
