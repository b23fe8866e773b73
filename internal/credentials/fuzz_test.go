package credentials

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// answering answers every request with the same status and body. A body that
// says {TOKEN} quotes what was sent.
type answering struct {
	status int
	body   string
}

const fuzzToken = "canary-web-identity-token"

// RoundTrip implements http.RoundTripper.
func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := ""
	if r.Body != nil {
		data, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if strings.Contains(string(data), fuzzToken) {
			sent = fuzzToken
		}
	}
	body := strings.ReplaceAll(a.body, "{TOKEN}", sent)
	return &http.Response{
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// Whatever STS and the metadata service answer: what is taken can be signed
// with, and no error quotes the token that was sent.
func FuzzServices(f *testing.F) {
	for _, body := range []string{
		`{"Response":{"Credentials":{"TmpSecretId":"AKID","TmpSecretKey":"k","Token":"t"},"ExpiredTime":1767323045,"RequestId":"r"}}`,
		`{"Response":{"Error":{"Code":"AuthFailure","Message":"no {TOKEN}"},"RequestId":"{TOKEN}"}}`,
		`{"Response":null}`, `{"Response":{"Credentials":{"TmpSecretId":"{TOKEN}","TmpSecretKey":"","Token":null}}}`, "[]", "<html>{TOKEN}", "",
		`{"TmpSecretId":"AKID","TmpSecretKey":"k","Token":"t","ExpiredTime":-1,"Code":"Success"}`, `{"Code":"{TOKEN}\u001b[2J"}`,
	} {
		for _, status := range []int{200, 404, 503} {
			f.Add(status, body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			return
		}
		server := answering{status, body}
		sleep := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		endpoint := &url.URL{Scheme: "https", Host: "sts.example.com"}
		service := sts{endpoint: endpoint, region: defaultSTSRegion, transport: server, now: time.Now, sleep: sleep}
		for name, source := range map[string]Provider{
			"web identity": &webIdentity{sts: service, identity: WebIdentity{Token: fuzzToken, ARN: "qcs::cam::uin/1:roleName/r", SessionName: "s"}},
			"metadata":     &instanceRole{endpoint: endpoint, name: "r", transport: server, sleep: sleep},
		} {
			v, err := source.Retrieve(t.Context())
			if err == nil && (v.SecretID == "" || v.SecretKey == "" || v.SecurityToken == "" || !v.visible()) {
				t.Errorf("%s: %q is taken for credentials", name, body)
			}
			if err != nil && (strings.Contains(err.Error(), fuzzToken) || strings.ContainsAny(err.Error(), "\x1b\x07\r")) {
				t.Errorf("%s: the error shows too much: %q", name, err)
			}
		}
	})
}

// Files of other programs are read or refused, and no error quotes them.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(`{"secretId":" AKID ","secretKey":"canary-in-a-file","token":"","expiresAt":1,"type":"oauth"}`))
	f.Add([]byte(`{"secretId":1,"secretKey":"canary-in-a-file"}`))
	f.Add([]byte(`{"_sys_param":{"region":"ap-guangzhou"}}`))
	f.Add([]byte(`{"web_identity_token":"canary-in-a-file"}`))
	f.Add([]byte("canary-in-a-file\n"))
	f.Add([]byte("\xef\xbb\xbf{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		for _, name := range []string{"p.credential", "p.configure"} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		files := profileFiles{name: "p", dir: dir, now: time.Now}
		v, err := files.Retrieve(t.Context())
		if err == nil && (v.SecretID == "" || v.SecretKey == "") {
			t.Errorf("%q is taken for credentials", data)
		}
		region := files.region()
		token, tokenErr := readToken(filepath.Join(dir, "p.credential"))
		if tokenErr == nil && token == "" || strings.TrimSpace(region) != region {
			t.Errorf("%q is read as the token %q, the region %q", data, token, region)
		}
		for _, err := range []error{err, tokenErr} {
			if err != nil && strings.Contains(err.Error(), "canary-in-a-file") {
				t.Errorf("the file is quoted: %v", err)
			}
		}
	})
}
