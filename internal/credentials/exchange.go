package credentials

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/cos-terraform/terraform-provider-cos/internal/scrub"
)

const (
	maxAnswer = 1 << 20 // bytes of what STS answers
	maxSaid   = 300     // characters of what a server says, in an error
	// shortestCode is what a device shows at least (RFC 4226, section 5.3).
	shortestCode = 6
)

// exchange sends one request of the SDK. It prevents the SDK's client from
// following redirects with the whole request, and from quoting responses that it
// cannot parse.
type exchange struct {
	next http.RoundTripper
	// known holds the secrets of the request except for its signature.
	known     []string
	signature string
	// code is that of an MFA device. A request with one is not sent twice.
	code string
	sent atomic.Bool // a server may have read it
}

// statusError is an unsuccessful response.
type statusError struct{ code int }

func (e *statusError) Error() string {
	if e.redirect() {
		return fmt.Sprintf("status %d, a redirect, which is not followed: the request has secrets in it", e.code)
	}
	return fmt.Sprintf("status %d", e.code)
}

func (e *statusError) redirect() bool { return e.code/100 == 3 }

func (e *statusError) temporary() bool {
	return e.code >= http.StatusInternalServerError || e.code == http.StatusTooManyRequests
}

// RoundTrip implements http.RoundTripper.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	_, x.signature, _ = strings.Cut(req.Header.Get("Authorization"), "Signature=")
	trace := &httptrace.ClientTrace{WroteHeaders: func() { x.sent.Store(true) }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	resp, err := x.next.RoundTrip(req)
	if err != nil {
		return nil, inWords(err, x.secrets())
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, &statusError{resp.StatusCode}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

func (x *exchange) secrets() *scrub.Secrets {
	return scrub.New(append([]string{x.signature, x.code}, x.known...), nil)
}

// in reports whether the id of a key contains a secret: ids are shown. A code
// is too short to be looked for in every text, and long enough for an id.
func (x *exchange) in(id string) bool {
	return x.secrets().In(id) || len(x.code) >= shortestCode && strings.Contains(id, x.code)
}

// proxyError is a proxy that does not connect. Its reason phrase is not shown,
// because its text is up to the proxy.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy refused to connect: %d %s", e.status, http.StatusText(e.status))
}

// connected checks a proxy's response to CONNECT for net/http.
func connected(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyError{resp.StatusCode}
	}
	return nil
}

// wordedError is a connection error whose text quotes nothing that a server sent.
// It unwraps to a context error, if there was one.
type wordedError struct {
	words string
	cause error
}

func (e *wordedError) Error() string { return e.words }
func (e *wordedError) Unwrap() error { return e.cause }

// inWords converts an error of net/http to one that can be shown.
func inWords(err error, secrets *scrub.Secrets) error {
	var (
		op           *net.OpError
		dns          *net.DNSError
		timeout      net.Error
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		refused      *proxyError
		words        = "the connection broke off, or the answer is not well-formed HTTP"
	)
	proxied := errors.As(err, &op) && op.Op == "proxyconnect"
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &refused):
		words = refused.Error()
	case proxied && errors.Is(err, syscall.ECONNREFUSED):
		words = "the proxy: connection refused"
	case proxied:
		words = "the proxy could not be reached, or did not answer as a proxy does"
	case errors.As(err, &verification), errors.As(err, &authority), errors.As(err, &hostname):
		words = "the connection is not secure: " + secrets.Text(err.Error(), maxSaid)
	case errors.As(err, &dns):
		words = "the name " + dns.Name + " could not be resolved"
	case errors.Is(err, syscall.ECONNREFUSED):
		words = "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		words = "connection reset"
	case errors.As(err, &timeout) && timeout.Timeout():
		words = "timed out"
	}
	return &wordedError{words: words}
}

// visible reports whether the credentials contain only characters that are safe
// in a header and in a message: no spaces or control characters.
func (v Value) visible() bool {
	for _, part := range []string{v.SecretID, v.SecretKey, v.SecurityToken} {
		for i := range len(part) {
			if part[i] <= ' ' || part[i] >= 0x7f {
				return false
			}
		}
	}
	return true
}
