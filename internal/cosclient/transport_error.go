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

// TransportError is a request that got no answer, or not all of it. Err says
// why; errors.Is sees ErrIdleTimeout, ErrBodyChanged and the errors of a
// context through it.
type TransportError struct {
	Op string
	Location
	Err error

	sent  bool // COS may have seen the request
	final bool // sending it again changes nothing
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

// plainWords says what happened to a connection to someone who does not know
// net/http.
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

// What net/http says of a message that it cannot read quotes it.
var (
	errMalformed = errors.New("the connection broke off, or the answer is not well-formed HTTP")
	errProxyName = errors.New("the proxy of the environment (HTTPS_PROXY, HTTP_PROXY) is not a URL")
)

// wordedError is an error of a connection in words that quote nothing. It
// unwraps to what was told apart by its type.
type wordedError struct {
	words string
	cause error
}

func (e *wordedError) Error() string { return e.words }
func (e *wordedError) Unwrap() error { return e.cause }

// inWords makes an error of net/http fit to be shown: that of a type which is
// known in words of ours, and any other in fixed ones.
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
		return err // in words already
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

// untrusted reports whether TLS could not establish who is at the other end.
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
