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

// Up to which size a body is compared with what an answer says, in bytes. A
// write-only body has 8 MiB at most.
const (
	maxCompared = 64 << 20 // of a longer one nothing is shown that could quote it
	smallBody   = 64 << 10 // from here on a few words in common mean nothing
)

// How many bytes in a row a text may share with the body of its request.
const (
	sharedWithSmall = 8
	sharedWithLarge = 24
	sharedByValue   = 12 // in a value that becomes part of the state
)

// withheld stands for a message that quotes the body of its request, or may.
const withheld = "(withheld: it repeats the body of the request)"

// scrubber is the one through which every text of an exchange goes. It knows
// the secrets of its request: keys, token and signature, and the body.
type scrubber struct {
	secrets *scrub.Secrets
	body    *scrub.Body // nil: none that is secret
	sent    http.Header
}

// newScrubber knows the secrets of a signed request. COS quotes the signed
// headers in the body of a 403. A document that the client itself has written,
// such as a list of tags, is not a secret. body is nil for none; sent is how it
// goes out.
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

// clean returns text in one line of at most limit characters, without secrets
// and control characters.
func (s scrubber) clean(text string, limit int) string { return s.secrets.Text(text, limit) }

// quotes says of each text whether it repeats the body of the request. What can
// not be compared counts as if it did.
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

// identifier has the form of what COS names a request by.
var identifier = regexp.MustCompile(`^[A-Za-z0-9+/=_.-]{1,120}$`)

// name cleans what names a request. That of a success is compared with a small
// body only: it is nothing but logged.
func (s scrubber) name(text string) string {
	switch {
	case s.body == nil || text == "":
	case s.body.Size <= smallBody && s.quotes(text)[0], s.body.Size > smallBody && !identifier.MatchString(text):
		return ""
	}
	return s.clean(text, maxToken)
}
