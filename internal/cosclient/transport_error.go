package cosclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

// TransportError is the error of a request that got no response or an incomplete
// one. Err is the cause; errors.Is finds ErrIdleTimeout, ErrBodyChanged and
// context errors through it.
type TransportError struct {
	Op string
	Location
	Err error

	sent  bool // COS may have received the request
	final bool // a retry would not help
	told  *toldBefore
}

// Error implements error. It contains no URL.
func (e *TransportError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Op, e.target(), plainWords(e.Err))
}

// Unwrap returns Err.
func (e *TransportError) Unwrap() error { return e.Err }

// Action returns the operation as a CAM policy names it.
func (e *TransportError) Action() string { return actionPrefix + e.Op }

// plainWords describes a connection error without the jargon of net/http.
func plainWords(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var body *bodyError
	var stopped *stoppedError
	var worded *wordedError
	var connect *connectError
	switch {
	case errors.As(err, &body), errors.As(err, &stopped):
		return err.Error()
	case errors.As(err, &connect):
		return connect.Error()
	case errors.As(err, &worded):
		return worded.words
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		return "the deadline of the operation has passed"
	case errors.Is(err, ErrIdleTimeout):
		return err.Error()
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused" + dialled(err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before the answer was complete"
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return fmt.Sprintf("the host %s is unknown", dns.Name)
		}
		return fmt.Sprintf("the name %s could not be resolved", dns.Name)
	case untrusted(err):
		return "the connection is not secure: " + err.Error()
	case errors.As(err, &op) && op.Timeout():
		return "timed out" + dialled(err)
	}
	return err.Error()
}

// Fixed errors, because those of net/http quote the message that they cannot
// parse.
var (
	errMalformed = errors.New("the connection broke off, or the answer is not well-formed HTTP")
	errProxyName = errors.New("the proxy of the environment (HTTPS_PROXY, HTTP_PROXY) is not a URL")
)

// wordedError is a connection error whose text quotes nothing. It unwraps to the
// cause.
type wordedError struct {
	words string
	cause error
}

func (e *wordedError) Error() string { return e.words }
func (e *wordedError) Unwrap() error { return e.cause }

// inWords converts an error of net/http to one that can be shown, with a text of
// its own for known types and a generic one otherwise.
func (s scrubber) inWords(err error) error {
	var (
		dns     *net.DNSError
		timeout net.Error
		errno   syscall.Errno
		connect *connectError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &connect):
		return err // already converted
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, ErrIdleTimeout):
		return err
	case errors.Is(err, errProxyName):
		return errProxyName
	case errors.As(err, &record):
		return &wordedError{noTLS(record), err}
	case untrusted(err):
		return &wordedError{"the connection is not secure: " + s.clean(err.Error(), maxMessage), err}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNREFUSED),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &dns):
		return &wordedError{plainWords(err), err}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &wordedError{"timed out" + dialled(err), err}
	case errors.As(err, &errno):
		return &wordedError{errno.Error() + dialled(err), err}
	}
	return errMalformed
}

func dialled(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" && op.Addr != nil {
		return " by " + op.Addr.String()
	}
	return ""
}

// untrusted reports whether TLS could not verify the server's identity.
func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert)
}
