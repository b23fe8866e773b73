package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	cos "github.com/tencentyun/cos-go-sdk-v5"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// reader reads objects as anybody with the account's credentials could: plain HTTP requests, signed by the official
// SDK, with nothing of the provider's client in between.
type reader struct {
	http *http.Client
	base string
}

func newReader(base, caFile string) (*reader, error) {
	certificate, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(certificate) {
		return nil, fmt.Errorf("%s holds no certificate", caFile)
	}
	return &reader{base: base, http: &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
	}}, nil
}

// answer is what COS says to a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// code is COS's code of an error, from the body: that of a HEAD has none.
func (a answer) code() string {
	var document struct{ Code string }
	if err := xml.Unmarshal(a.body, &document); err != nil {
		return ""
	}
	return document.Code
}

// refusal tells status and code of a request that was refused because of its key, and fails for any other answer.
func (a answer) refusal() (string, error) {
	if a.status != http.StatusBadRequest && a.status != http.StatusForbidden {
		return "", fmt.Errorf("status %d, not a refusal", a.status)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, a.code())), nil
}

// encryption is how the answer says the object is stored.
func (a answer) encryption() string {
	if md5 := a.header.Get(sse.HeaderCustomerKeyMD5); md5 != "" {
		return "SSE-C, key MD5 " + md5
	}
	switch mode := a.header.Get(sse.HeaderMode); mode {
	case "":
		return "none"
	case string(sse.ModeKMS):
		return "SSE-KMS, key " + a.header.Get(sse.HeaderKMSKeyID)
	default:
		return "SSE-COS, " + mode
	}
}

// get reads an object; the zero key asks without one.
func (r *reader) get(ctx context.Context, key string, customerKey sse.CustomerKey) (answer, error) {
	return r.send(ctx, http.MethodGet, key, customerKey)
}

// head asks about an object; the zero key asks without one.
func (r *reader) head(ctx context.Context, key string, customerKey sse.CustomerKey) (answer, error) {
	return r.send(ctx, http.MethodHead, key, customerKey)
}

func (r *reader) send(ctx context.Context, method, key string, customerKey sse.CustomerKey) (answer, error) {
	address, err := url.Parse(r.base)
	if err != nil {
		return answer{}, err
	}
	request, err := http.NewRequestWithContext(ctx, method, address.JoinPath(key).String(), nil)
	if err != nil {
		return answer{}, err
	}
	// By IP address, the bucket can only be named in the Host header.
	request.Host = bucket + ".cos." + region + ".myqcloud.com"
	customerKey.SetHeaders(request.Header)
	cos.AddAuthorizationHeader(secretID, secretKey, "", request, cos.NewAuthTime(time.Minute))

	response, err := r.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return answer{}, err
	}
	return answer{status: response.StatusCode, header: response.Header, body: body}, nil
}
