package cosclient

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ErrInsecure is returned for a request that would send a customer key over an
// unencrypted connection.
var ErrInsecure = errors.New("a customer key is not sent over http")

// request is a request that can be sent several times.
type request struct {
	op     string
	loc    Location // Key is "" for a request to the bucket
	method string
	query  []param
	header http.Header
	body   Body // nil if there is none

	// read reads a successful response. Its error is subject to retries. It may
	// be nil.
	read func(*answer) error
	// stream leaves the body of a success to be read from answer.live.
	stream bool
	// landed reports whether a write whose response was lost succeeded.
	landed func(context.Context) (bool, error)
}

// param is a query parameter. COS routes by the first one. Subresources such as
// acl have neither a value nor a "=".
type param struct{ name, value string }

// newRequest validates the location and returns a request for an object.
func newRequest(op, method string, loc Location) (*request, error) {
	if err := loc.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	return &request{op: op, loc: loc, method: method, header: http.Header{}}, nil
}

// version selects a version of the object unless id is "".
func (r *request) version(id string) {
	if id != "" {
		r.query = append(r.query, param{"versionId", id})
	}
}

// document sets v as the XML body, with its MD5.
func (r *request) document(v any) error {
	text, err := xml.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.op, r.loc.target(), err)
	}
	r.body = bytesBody(text)
	r.header.Set("Content-Type", "application/xml")
	sum := md5.Sum(text)
	r.header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	return nil
}

// set adds a header unless the value is "".
func set(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// writes reports whether the request may change an object.
func (r *request) writes() bool {
	return r.loc.Key != "" && r.method != http.MethodHead && r.method != http.MethodGet
}

// check refuses requests that must not be sent.
func (c *Client) check(r *request) error {
	if c.Secure() {
		return nil
	}
	for _, name := range []string{sse.HeaderCustomerKey, sse.HeaderCopySourceCustomerKey} {
		if r.header.Get(name) != "" {
			return fmt.Errorf("%s %s: %w", r.op, r.loc.target(), ErrInsecure)
		}
	}
	return nil
}

// build returns the unsigned HTTP request of one attempt.
func (c *Client) build(ctx context.Context, r *request, body *payload) *http.Request {
	host, header := c.endpoint.address(r.op, r.loc.Region, r.loc.Bucket)
	req := (&http.Request{
		Method: r.method,
		URL: &url.URL{
			Scheme:   c.endpoint.scheme(),
			Host:     host,
			Path:     "/" + r.loc.Key,
			RawPath:  "/" + encodeKey(r.loc.Key),
			RawQuery: encodeQuery(r.query),
		},
		Host:       header,
		Header:     r.header.Clone(),
		Proto:      "HTTP/1.1",
		ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	req.Header.Set("User-Agent", c.userAgent)
	if body != nil {
		req.ContentLength = body.size
		req.Body = io.ReadCloser(body)
		if body.size == 0 {
			_ = body.Close()
			req.Body = http.NoBody
		}
	}
	if r.method == http.MethodPut || r.method == http.MethodPost {
		// Only for the signature: net/http sends ContentLength.
		req.Header.Set("Content-Length", strconv.FormatInt(req.ContentLength, 10))
	}
	return req
}

func encodeQuery(params []param) string {
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(percentEncode(p.name, ""))
		if p.value != "" {
			b.WriteString("=" + percentEncode(p.value, ""))
		}
	}
	return b.String()
}

// encodeKey escapes a key for a URL. It keeps "/" unless it would leave an empty
// segment, which a proxy may remove: "a//b" is sent with %2F, as the official Go
// SDK does for every key. Leading slashes are kept, as in the live tests of the
// official SDKs.
func encodeKey(key string) string {
	rest := strings.TrimLeft(key, "/")
	leading := key[:len(key)-len(rest)]
	if strings.Contains(strings.TrimSuffix(rest, "/")+"/", "//") {
		return leading + percentEncode(rest, "")
	}
	return leading + percentEncode(rest, "/")
}

// percentEncode escapes every byte except for those in keep and the unreserved
// ones of RFC 3986.
func percentEncode(s, keep string) string { return percentEncodeWith(s, keep, "0123456789ABCDEF") }

func percentEncodeWith(s, keep, digits string) string {
	var b strings.Builder
	b.Grow(3 * len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case isDigit(c), 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_', c == '.', c == '~', strings.IndexByte(keep, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}
