package cosclient

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// toldBefore remembers which causes have been explained. If fifty objects fail
// for the same reason, only the first error needs the explanation.
type toldBefore struct {
	mu     sync.Mutex
	causes map[string]bool
}

func newTold() *toldBefore { return &toldBefore{causes: map[string]bool{}} }

// again reports whether a cause was recorded before, and records it.
func (t *toldBefore) again(cause string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.causes[cause]
	t.causes[cause] = true
	return before
}

// Repeated reports whether the cause of an error affects every object, such as
// refused credentials, and has already been shown to the user. If so, sentence
// can replace the whole explanation. Call it once per shown error, because the
// call records the cause as shown.
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

// sharedCause returns the cause of a refusal that also affects other objects, or
// "" if it is specific to this object.
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

// sharedCause returns the cause that also keeps other requests from reaching COS.
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

// ErrNoCredentials is returned if a request could not be signed for lack of
// credentials.
var ErrNoCredentials = errors.New("no credentials")

// shared adds the client's shared state to an error.
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
