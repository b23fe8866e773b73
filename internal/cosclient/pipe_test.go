package cosclient

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// pipes is an in-memory listener. testing/synctest knows which goroutines wait
// for it and advances the clock only when all of them wait, so the speed of the
// machine does not matter.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// newPipeServer is newServer for a synctest bubble: its clients connect in
// memory.
func newPipeServer(t *testing.T, handlers ...http.HandlerFunc) *server {
	t.Helper()
	s := &server{handlers: handlers, pipes: newPipes()}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	if err := s.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	s.Listener = s.pipes
	s.Config.ErrorLog = quiet
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// reach makes a client connect to the server in memory.
func (s *server) reach(t *testing.T, c *Client) {
	t.Helper()
	transport, ok := c.transport.(*http.Transport)
	if !ok || s.pipes == nil {
		return
	}
	transport.DialContext = s.pipes.dial
	t.Cleanup(transport.CloseIdleConnections)
}
