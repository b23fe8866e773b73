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

// ErrEcho is the error of a success that contains a secret of its own request,
// where it would become part of the state. Nothing of it is used; what the
// request asked for may have happened.
var ErrEcho = errors.New("the answer repeats a secret of its own request, and nothing of it is used")

// errControl is a header that no HTTP message may have.
var errControl = errors.New("a header of the answer has a control character")

// suspect finds what makes the headers of a success unfit for use: nothing of
// them may carry a secret of the request into the state.
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

// identify keeps the id of a success. That of a refusal is cleaned with all
// that it says.
func (a *answer) identify(success bool) {
	if success {
		a.id = a.scrub.name(a.header.Get(headerRequestID))
	}
}

// unfit is the error of an answer that suspect found. One that repeats a secret
// is not asked for again: each attempt would send the secret once more.
func (x *exchange) unfit(err error) error {
	return &TransportError{Op: x.request.op, Location: x.request.loc, Err: err, sent: true, final: errors.Is(err, ErrEcho)}
}

// control is narrower than that of Unicode: the bytes of another character set
// may stand in what was stored long ago.
func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// What COS makes of an ETag, a CRC64 and a version id. Such a value is told
// from a piece of the body only if it is all of it: by chance they have
// much in common with those of other objects, which a body may list.
var (
	etagForm  = regexp.MustCompile(`^"?[0-9a-fA-F]{32}(-[0-9]+)?"?$`)
	crc64Form = regexp.MustCompile(`^[0-9]{1,20}$`)
	kmsForm   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

func versionForm(id string) bool {
	decoded, err := base64.StdEncoding.DecodeString(id)
	return id == "null" || err == nil && len(decoded) <= 24 && only(string(decoded), isDigit)
}

// repeats reports whether what a write answers with, and what becomes part of
// the state, repeats the body.
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
