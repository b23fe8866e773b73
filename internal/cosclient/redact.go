package cosclient

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/scrub"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Limits of the comparison of response texts with the request body, in bytes. A
// write-only body has at most 8 MiB.
const (
	maxCompared = 64 << 20 // for a longer body, texts that could quote it are withheld
	smallBody   = 64 << 10 // in larger bodies, short matches are meaningless
)

// Lengths of a common substring, in bytes, from which on a text counts as a quote
// of the body.
const (
	sharedWithSmall = 8
	sharedWithLarge = 24
	sharedByValue   = 12 // in a value that becomes part of the state
)

// withheld replaces a message that quotes the request body, or may.
const withheld = "(withheld: it repeats the body of the request)"

// scrubber cleans all texts of an exchange. It knows the secrets of the request:
// keys, token, signature and body.
type scrubber struct {
	secrets *scrub.Secrets
	body    *scrub.Body // nil if there is no secret body
	sent    http.Header
}

// newScrubber returns a scrubber for a signed request. COS quotes the signed
// headers in the body of a 403. A document that the client generated, such as a
// tag set, is not secret. body is nil if there is none; sent is the body in
// transit.
func newScrubber(h http.Header, creds credentials.Value, body Body, sent *payload) scrubber {
	authorization := h.Get("Authorization")
	_, signature, _ := strings.Cut(authorization, "q-signature=")
	secrets := []string{creds.SecretKey, creds.SecurityToken, signature}
	for _, name := range []string{sse.HeaderCustomerKey, sse.HeaderCopySourceCustomerKey} {
		key := h.Get(name)
		secrets = append(secrets, key)
		if raw, err := base64.StdEncoding.DecodeString(key); err == nil {
			secrets = append(secrets, string(raw))
		}
	}
	s := scrubber{sent: h, secrets: scrub.New(secrets, []string{authorization, "q-signature="})}
	if _, document := body.(bytesBody); body != nil && !document && body.Size() > 0 {
		s.body = &scrub.Body{Open: body.Open, Size: body.Size()}
		if sent != nil && sent.size <= smallBody {
			s.body.Open = sent.open
		}
	}
	return s
}

// clean returns text on one line, limited to limit characters, without secrets
// and control characters.
func (s scrubber) clean(text string, limit int) string { return s.secrets.Text(text, limit) }

// quotes reports for each text whether it repeats the request body. A body that
// cannot be compared counts as repeated.
func (s scrubber) quotes(texts ...string) []bool {
	found := make([]bool, len(texts))
	if s.body == nil || strings.Join(texts, "") == "" {
		return found
	}
	allowed := sharedWithSmall
	if s.body.Size > smallBody {
		allowed = sharedWithLarge
	}
	var overlaps []scrub.Overlap
	if s.body.Size <= maxCompared {
		overlaps, _ = s.body.Compare(texts...)
	}
	for i, text := range texts {
		found[i] = text != "" && (overlaps == nil || overlaps[i].Whole || overlaps[i].Body || overlaps[i].Run >= allowed)
	}
	return found
}

// identifier matches the IDs that COS assigns to requests.
var identifier = regexp.MustCompile(`^[A-Za-z0-9+/=_.-]{1,120}$`)

// name cleans a request ID. For a success it is compared only with small bodies,
// since it is only logged.
func (s scrubber) name(text string) string {
	switch {
	case s.body == nil || text == "":
	case s.body.Size <= smallBody && s.quotes(text)[0], s.body.Size > smallBody && !identifier.MatchString(text):
		return ""
	}
	return s.clean(text, maxToken)
}
