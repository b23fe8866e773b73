package cosclient

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// toldBefore remembers the causes that a run has explained already: fifty objects
// that fail for the same reason need the explanation once.
type toldBefore struct {
	mu     sync.Mutex
	causes map[string]bool
}

func newTold() *toldBefore { return &toldBefore{causes: map[string]bool{}} }

// again reports whether a cause has been told before, and remembers it.
func (t *toldBefore) again(cause string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.causes[cause]
	t.causes[cause] = true
	return before
}

// Repeated reports whether an error has a cause that concerns every object
// alike, such as refused credentials, and that was shown to the user before.
// The sentence then stands for the whole explanation. Whoever shows an error
// asks once, since asking counts as showing.
func Repeated(err error) (sentence string, repeated bool) {
	var (
		refused   *Error
		transport *TransportError
		cause     string
		known     *toldBefore
	)
	switch {
	case errors.As(err, &refused):
		cause, sentence = refused.sharedCause()
		known = refused.told
	case errors.As(err, &transport):
		cause, sentence = transport.sharedCause()
		known = transport.told
	}
	if cause == "" || known == nil || !known.again(cause) {
		return "", false
	}
	return sentence, true
}

const asExplained = "as the first error of this kind explains"

// sharedCause names a refusal that other objects meet as well; "" if the
// cause is the object's own.
func (e *Error) sharedCause() (cause, sentence string) {
	answer := fmt.Sprintf("%d %s", e.Status, e.Code)
	if e.RequestID != "" {
		answer += ", request id " + e.RequestID
	}
	where := e.Region + "/" + e.Bucket
	switch {
	case errors.Is(e, ErrWrongRegion):
		return "region of " + where, fmt.Sprintf("the bucket %s is in another region (%s), %s.", e.Bucket, answer, asExplained)
	case errors.Is(e, ErrSignature), errors.Is(e, ErrExpiredToken):
		return "credentials", fmt.Sprintf("COS refuses the credentials (%s), %s.", answer, asExplained)
	case errors.Is(e, ErrClockSkew), errors.Is(e, ErrExpiredSignature):
		return "clock", fmt.Sprintf("COS refuses the time of the signature (%s), %s.", answer, asExplained)
	case errors.Is(e, ErrNoSuchBucket):
		return "bucket " + where, fmt.Sprintf("the bucket %s does not exist in %s (%s), %s.", e.Bucket, e.Region, answer, asExplained)
	case errors.Is(e, ErrUnavailable):
		return "unavailable " + where, fmt.Sprintf("the bucket %s is out of service (%s), %s.", e.Bucket, answer, asExplained)
	case errors.Is(e, ErrPathStyle):
		return "path style", fmt.Sprintf("COS refuses path-style addresses (%s), %s.", answer, asExplained)
	}
	return "", ""
}

// sharedCause names what keeps other requests from COS as well.
func (e *TransportError) sharedCause() (cause, sentence string) {
	var connect *connectError
	switch {
	case errors.As(e.Err, &connect):
		return connect.place(), fmt.Sprintf("there is still no connection to %s, %s.", connect.place(), asExplained)
	case errors.Is(e.Err, ErrNoCredentials):
		return "no credentials", fmt.Sprintf("there are still no credentials, %s.", asExplained)
	}
	return "", ""
}

// ErrNoCredentials is why a request was not even signed.
var ErrNoCredentials = errors.New("no credentials")

// shared puts into an error what the client knows beyond the one request.
func (c *Client) shared(err error, creds credentials.Value) error {
	var refused *Error
	var transport *TransportError
	switch {
	case errors.As(err, &refused):
		refused.told, refused.token = c.told, creds.SecurityToken != ""
	case errors.As(err, &transport):
		transport.told = c.told
	}
	return err
}
