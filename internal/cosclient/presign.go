package cosclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/tencentyun/cos-go-sdk-v5"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// MaxPresignedLife is the longest validity of a presigned URL.
const MaxPresignedLife = 7 * 24 * time.Hour

const paramSecurityToken = "x-cos-security-token"

// ErrNotPresignable is returned for a request that cannot be presigned.
var ErrNotPresignable = errors.New("not possible by a presigned URL")

// PresignInput describes the request that a presigned URL allows.
type PresignInput struct {
	Method    string // GET, HEAD or PUT
	VersionID string // "" for the latest; not with PUT
	// Encryption is SSE-KMS or SSE-C for PUT. For GET and HEAD it is SSE-C if the
	// object is encrypted with a customer key, and empty otherwise.
	Encryption sse.Settings
	Life       time.Duration
}

// Presigned is a request that anyone who has it can send. It is a secret, and
// prints as "(redacted)" in every format.
type Presigned struct {
	URL string
	// Header must be sent with the request. The names are in lower case, and all
	// of them are signed. It includes the host if that is not the host of the
	// URL.
	Header  map[string]string
	Expires time.Time // in whole seconds, by COS's clock
	Limited bool      // expires early, together with the credentials
}

// String, GoString, Format, LogValue and MarshalJSON keep the request out of
// printed output.
func (Presigned) String() string { return placeholderRedacted }

// GoString implements fmt.GoStringer.
func (Presigned) GoString() string { return placeholderRedacted }

// Format implements fmt.Formatter, for every verb.
func (Presigned) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(placeholderRedacted)) }

// LogValue implements slog.LogValuer.
func (Presigned) LogValue() slog.Value { return slog.StringValue(placeholderRedacted) }

// MarshalJSON implements json.Marshaler.
func (Presigned) MarshalJSON() ([]byte, error) { return []byte(`"` + placeholderRedacted + `"`), nil }

// Presign signs a request for someone else to send. It sends nothing. The
// signature and the token of temporary credentials are in the query; the URL
// expires with the credentials at the latest. Customer keys are only in the
// header. Source: COS API documentation, "Request Signature".
func (c *Client) Presign(ctx context.Context, loc Location, in PresignInput) (Presigned, error) {
	r, err := in.request(loc)
	if err != nil {
		return Presigned{}, err
	}
	if err := c.check(r); err != nil {
		return Presigned{}, err
	}
	creds, err := c.retrieve(ctx)
	switch {
	case err != nil:
		return Presigned{}, fmt.Errorf("no credentials: %w", err)
	case creds.SecretID == "" || creds.SecretKey == "":
		return Presigned{}, errors.New("no credentials: the secret id or the secret key is empty")
	}
	now := c.now().Add(time.Duration(c.offset.Load()))
	end := now.Add(in.Life)
	limited := !creds.Expires.IsZero() && creds.Expires.Before(end)
	if limited {
		end = creds.Expires
	}
	if end = end.Truncate(time.Second); !end.After(now) {
		return Presigned{}, fmt.Errorf("the URL would have ended at %s already, with its credentials: %w", end.UTC().Format(time.RFC3339), ErrExpiredToken)
	}
	if creds.SecurityToken != "" {
		r.query = append(r.query, param{paramSecurityToken, creds.SecurityToken})
	}
	req := c.build(ctx, r, nil)
	req.Header.Del("Content-Length") // of the body, which is unknown here
	start := now.Add(-signatureBackdate)
	cos.AddAuthorizationHeader(creds.SecretID, creds.SecretKey, "", req, &cos.AuthTime{
		SignStartTime: start, SignEndTime: end, KeyStartTime: start, KeyEndTime: end,
	})
	query := encodeQuery(r.query)
	for pair := range strings.SplitSeq(req.Header.Get("Authorization"), "&") {
		name, value, _ := strings.Cut(pair, "=")
		query += "&" + name + "=" + percentEncode(value, "")
	}
	address := *req.URL
	address.RawQuery = strings.TrimPrefix(query, "&")
	return Presigned{URL: address.String(), Header: toSend(r.header, address.Host, req.Host), Expires: end, Limited: limited}, nil
}

// request checks the input and returns the corresponding request.
func (in PresignInput) request(loc Location) (*request, error) {
	op := map[string]string{http.MethodGet: opGet, http.MethodHead: opHead, http.MethodPut: "PutObject"}[in.Method]
	if op == "" {
		return nil, fmt.Errorf("the method %q is %w: there are GET, HEAD and PUT", in.Method, ErrNotPresignable)
	}
	r, err := newRequest(op, in.Method, loc)
	if err != nil {
		return nil, err
	}
	mode, write := in.Encryption.Mode, in.Method == http.MethodPut
	customer := mode == sse.ModeCustomer && !in.Encryption.CustomerKey.IsZero()
	switch {
	case in.Life <= 0 || in.Life > MaxPresignedLife:
		return nil, fmt.Errorf("a life of %s is %w: it is more than nothing and at most %s", in.Life, ErrNotPresignable, MaxPresignedLife)
	case write && in.VersionID != "":
		return nil, fmt.Errorf("a PUT to a version is %w", ErrNotPresignable)
	case write && mode != sse.ModeKMS && !customer:
		return nil, fmt.Errorf("a PUT with the encryption %q is %w: COS takes SSE-KMS and SSE-C by one", mode, ErrNotPresignable)
	case !write && mode != sse.ModeNone && !customer:
		return nil, fmt.Errorf("a %s with the encryption %q is %w: COS takes a customer key only", in.Method, mode, ErrNotPresignable)
	}
	r.version(in.VersionID)
	in.Encryption.SetHeaders(r.header)
	return r, nil
}

// toSend returns the headers that the sender of a request has to add.
func toSend(header http.Header, connect, host string) map[string]string {
	headers := make(map[string]string, len(header)+1)
	for name := range header {
		headers[strings.ToLower(name)] = header.Get(name)
	}
	if host != connect {
		headers["host"] = host
	}
	return headers
}
