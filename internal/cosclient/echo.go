package cosclient

import (
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ErrEcho is returned for a successful response that repeats a secret of its
// request in a value that would become part of the state. The response is
// discarded, although the request may have taken effect.
var ErrEcho = errors.New("the answer repeats a secret of its own request, and nothing of it is used")

// errControl is returned for a header value that HTTP does not allow.
var errControl = errors.New("a header of the answer has a control character")

// suspect returns an error if the headers of a successful response contain
// control characters or a secret of the request.
func (a *answer) suspect() error {
	for name, values := range a.header {
		for _, value := range values {
			switch {
			case strings.ContainsFunc(value, control):
				return errControl
			case a.scrub.secrets.In(value), a.scrub.secrets.In(name):
				return ErrEcho
			}
		}
	}
	if a.scrub.repeats(a.header) {
		return ErrEcho
	}
	return nil
}

// identify stores the request ID of a success. The ID of a refusal is cleaned
// together with its other texts.
func (a *answer) identify(success bool) {
	if success {
		a.id = a.scrub.name(a.header.Get(headerRequestID))
	}
}

// unfit returns the error for a response that suspect rejected. A response that
// repeats a secret is not retried, because every attempt sends the secret again.
func (x *exchange) unfit(err error) error {
	return &TransportError{Op: x.request.op, Location: x.request.loc, Err: err, sent: true, final: errors.Is(err, ErrEcho)}
}

// control matches fewer characters than unicode.IsControl: headers that were
// stored long ago may contain bytes of other character sets.
func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// Forms of an ETag, a CRC64, a KMS key ID and a version ID. Such a value counts
// as a quote of the body only if the whole value occurs in it, because parts of
// it can match by chance, for example in a body that lists other objects.
var (
	etagForm  = regexp.MustCompile(`^"?[0-9a-fA-F]{32}(-[0-9]+)?"?$`)
	crc64Form = regexp.MustCompile(`^[0-9]{1,20}$`)
	kmsForm   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

func versionForm(id string) bool {
	decoded, err := base64.StdEncoding.DecodeString(id)
	return id == "null" || err == nil && len(decoded) <= 24 && only(string(decoded), isDigit)
}

// repeats reports whether the headers of a response to a write that become part
// of the state repeat the body.
func (s scrubber) repeats(h http.Header) bool {
	if s.body == nil {
		return false
	}
	var values []string
	natural := map[int]bool{}
	look := func(value string, ok bool) {
		switch {
		case value == "", ok && s.body.Size > smallBody:
		default:
			natural[len(values)] = ok
			values = append(values, strings.Trim(value, `"`))
		}
	}
	look(h.Get("ETag"), etagForm.MatchString(h.Get("ETag")))
	look(h.Get(headerCRC64), crc64Form.MatchString(h.Get(headerCRC64)))
	look(h.Get(headerVersionID), versionForm(h.Get(headerVersionID)))
	if id := h.Get(sse.HeaderKMSKeyID); !kmsForm.MatchString(id) && id != s.sent.Get(sse.HeaderKMSKeyID) {
		look(id, false)
	}
	if md5 := h.Get(sse.HeaderCustomerKeyMD5); md5 != s.sent.Get(sse.HeaderCustomerKeyMD5) {
		look(md5, false)
	}
	if _, err := sse.ParseMode(h.Get(sse.HeaderMode)); err != nil {
		look(h.Get(sse.HeaderMode), false)
	}
	switch {
	case len(values) == 0:
		return false
	case s.body.Size > maxCompared:
		return slices.ContainsFunc(values, func(v string) bool { return !identifier.MatchString(v) })
	}
	overlaps, err := s.body.Compare(values...)
	if err != nil {
		return true
	}
	for i, o := range overlaps {
		if o.Whole || o.Body && o.Run >= sharedWithSmall || !natural[i] && o.Run >= sharedByValue {
			return true
		}
	}
	return false
}
