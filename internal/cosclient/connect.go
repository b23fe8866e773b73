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

// Reasons why a request did not reach COS, for errors.Is on a *TransportError.
var (
	// ErrUnreachable matches every request for which no connection was made.
	ErrUnreachable = errors.New("no connection")
	// ErrUnknownHost matches a host name that does not exist according to DNS.
	ErrUnknownHost = errors.New("unknown host")
	// ErrProxy matches a proxy that is unreachable or refuses to connect.
	ErrProxy = errors.New("the proxy does not connect")
	// ErrProxyCredentials matches a proxy that requires a user name and password.
	ErrProxyCredentials = errors.New("the proxy asks for credentials")
	// ErrNoTLS matches a server that answers a TLS handshake with plain text.
	ErrNoTLS = errors.New("the server does not speak TLS")
)

// connectError is the error of a request for which no connection could be made.
type connectError struct {
	host    string // host and port
	proxy   string // host and port; "" for a direct connection
	status  int    // of the response to CONNECT if it is not 200; 0 if there was none
	tunnel  bool   // the proxy answered 200, so the server behind it failed
	dialing bool   // the proxy itself was not reached
	err     error  // does not quote anything received
}

// Error implements error. It omits the URL of the proxy, which may contain a
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

// proxyWords describes a CONNECT that got no response.
func (e *connectError) proxyWords() string {
	if dropped(e.err) {
		return "it closes the connection instead of answering CONNECT"
	}
	if !errors.Is(e.err, errMalformed) {
		return e.err.Error()
	}
	return "its answer to CONNECT is not one of a proxy"
}

// Unwrap returns the cause.
func (e *connectError) Unwrap() error { return e.err }

// Is implements errors.Is for the sentinel errors above.
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

// toProxy reports whether the proxy itself was not reached.
func (e *connectError) toProxy() bool { return e.dialing }

// place returns the name of what could not be reached. All requests to the same
// place fail alike.
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

// hopeless reports whether a retry would fail with the same error.
func hopeless(err error) bool {
	if unknownHost(err) || untrusted(err) {
		return true
	}
	var e *connectError
	if !errors.As(err, &e) || e.status == 0 {
		return false
	}
	// A gateway error may be temporary, a refusal is not.
	return e.status < http.StatusInternalServerError && e.status != http.StatusTooManyRequests || e.status == http.StatusNotImplemented
}

// unknownHost reports whether a name does not exist, as opposed to a failed
// lookup.
func unknownHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound && !dns.IsTemporary && !dns.IsTimeout
}

// dropped reports whether the peer closed or reset the connection.
func dropped(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// route is the destination of a request's connection.
type route struct{ host, proxy string }

// routeOf returns the route that the transport uses for a request.
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

// proxyAnswer is a response to CONNECT other than 200.
type proxyAnswer struct{ status int }

func (e *proxyAnswer) Error() string {
	return fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
}

// exchangeKey is the context key of the exchange that a connection is for.
type exchangeKey struct{}

func (x *exchange) known(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// answeredConnect checks a proxy's response to CONNECT. The transport's own error
// would quote the status line, whose text is up to the proxy.
func answeredConnect(ctx context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyAnswer{resp.StatusCode}
	}
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		x.tunnel.Store(true)
	}
	return nil
}

// connected is called when the request has got a connection.
func (x *exchange) connected() {
	x.reached.Store(true)
	x.client.outage.over(x.route)
}

// noTLS describes what a server sent instead of a TLS handshake.
func noTLS(e tls.RecordHeaderError) string {
	if string(e.RecordHeader[:]) == "HTTP/" {
		return "the server answers in plain HTTP where TLS was expected"
	}
	return "the server does not speak TLS"
}
