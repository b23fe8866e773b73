package cosclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
)

// What kept a request from reaching COS, for errors.Is on a *TransportError.
var (
	// ErrUnreachable matches every request for which no connection was made.
	ErrUnreachable = errors.New("no connection")
	// ErrUnknownHost matches a name of which DNS is certain that nobody has it.
	ErrUnknownHost = errors.New("unknown host")
	// ErrProxy matches a proxy that cannot be reached or does not let through.
	ErrProxy = errors.New("the proxy does not connect")
	// ErrProxyCredentials matches a proxy that asks for a user and a password.
	ErrProxyCredentials = errors.New("the proxy asks for credentials")
	// ErrNoTLS matches a server that answers a TLS handshake with plain text.
	ErrNoTLS = errors.New("the server does not speak TLS")
)

// connectError is a request for which no connection could be made.
type connectError struct {
	host    string // and port
	proxy   string // host and port; "" for a direct connection
	status  int    // of the proxy's answer to CONNECT other than 200; 0 for none
	tunnel  bool   // the proxy answered 200, and the server behind it is the matter
	dialing bool   // the proxy itself was not reached
	err     error  // in words that quote nothing
}

// Error implements error, without the URL of the proxy, which may hold a
// password.
func (e *connectError) Error() string {
	switch {
	case e.proxy == "":
		return e.err.Error()
	case e.tunnel:
		return e.err.Error() + ", through the proxy " + e.proxy
	case e.status != 0:
		return fmt.Sprintf("the proxy %s does not connect to %s: it answers CONNECT with %d %s", e.proxy, e.host, e.status, http.StatusText(e.status))
	case e.toProxy():
		return fmt.Sprintf("the proxy %s cannot be reached: %s", e.proxy, e.err.Error())
	}
	return fmt.Sprintf("the proxy %s does not connect to %s: %s", e.proxy, e.host, e.proxyWords())
}

// proxyWords says how a CONNECT failed that the proxy did not answer.
func (e *connectError) proxyWords() string {
	if dropped(e.err) {
		return "it closes the connection instead of answering CONNECT"
	}
	if !errors.Is(e.err, errMalformed) {
		return e.err.Error()
	}
	return "its answer to CONNECT is not one of a proxy"
}

// Unwrap returns the reason.
func (e *connectError) Unwrap() error { return e.err }

// Is implements errors.Is for the sentinels above.
func (e *connectError) Is(target error) bool {
	switch target {
	case ErrUnreachable:
		return true
	case ErrUnknownHost:
		return unknownHost(e.err)
	case ErrProxy:
		return e.proxy != "" && !e.tunnel
	case ErrProxyCredentials:
		return e.status == http.StatusProxyAuthRequired
	case ErrNoTLS:
		var record tls.RecordHeaderError
		return errors.As(e.err, &record)
	}
	return false
}

// toProxy reports that the proxy itself was not reached.
func (e *connectError) toProxy() bool { return e.dialing }

// place names what could not be reached: every request that goes there shares
// its fate.
func (e *connectError) place() string {
	if e.proxy != "" && e.toProxy() {
		return e.proxy
	}
	return through(e.host, e.proxy)
}

func through(host, proxy string) string {
	if proxy == "" {
		return host
	}
	return host + " through " + proxy
}

// hopeless reports an error that the next attempt would meet again.
func hopeless(err error) bool {
	if unknownHost(err) || untrusted(err) {
		return true
	}
	var e *connectError
	if !errors.As(err, &e) || e.status == 0 {
		return false
	}
	// A gateway's trouble may pass, a refusal does not.
	return e.status < http.StatusInternalServerError && e.status != http.StatusTooManyRequests || e.status == http.StatusNotImplemented
}

// unknownHost reports a name that does not exist, as opposed to one that could
// not be looked up.
func unknownHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound && !dns.IsTemporary && !dns.IsTimeout
}

// dropped reports a connection that the other side has closed or reset.
func dropped(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// route is where the connection of a request leads.
type route struct{ host, proxy string }

// routeOf tells it as the transport decides it.
func (c *Client) routeOf(req *http.Request) route {
	r := route{host: req.URL.Host}
	if via, err := c.proxy(req); err == nil && via != nil {
		r.proxy = via.Host
	}
	return r
}

// unconnected wraps the error of a request that got no connection.
func (x *exchange) unconnected(err error) error {
	var op *net.OpError
	e := &connectError{
		host: x.route.host, proxy: x.route.proxy, tunnel: x.tunnel.Load(),
		dialing: errors.As(err, &op) && op.Op == "proxyconnect",
		err:     x.answer.scrub.inWords(err),
	}
	var answered *proxyAnswer
	if errors.As(err, &answered) {
		e.status = answered.status
	}
	return e
}

// proxyAnswer is an answer to CONNECT other than 200.
type proxyAnswer struct{ status int }

func (e *proxyAnswer) Error() string {
	return fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
}

// exchangeKey is where a context has the exchange that a connection is for.
type exchangeKey struct{}

func (x *exchange) known(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// answeredConnect looks at a proxy's answer to CONNECT. The transport's own
// error has the text of the status line, which is whatever the proxy likes.
func answeredConnect(ctx context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyAnswer{resp.StatusCode}
	}
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		x.tunnel.Store(true)
	}
	return nil
}

// connected is called when the request has a connection.
func (x *exchange) connected() {
	x.reached.Store(true)
	x.client.outage.over(x.route)
}

// noTLS says what a server sent instead of a TLS handshake.
func noTLS(e tls.RecordHeaderError) string {
	if string(e.RecordHeader[:]) == "HTTP/" {
		return "the server answers in plain HTTP where TLS was expected"
	}
	return "the server does not speak TLS"
}
