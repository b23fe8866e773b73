package acctest

import (
	"crypto/md5"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	"github.com/tencentyun/cos-go-sdk-v5"
)

// Read gets an object with the official SDK, independently of the provider, with
// a customer key unless it is "". The body is "" if COS refuses the request.
func (w *World) Read(t *testing.T, key, customerKey string) (status int, body string, h http.Header) {
	t.Helper()
	opt := &cos.ObjectGetOptions{}
	if customerKey != "" {
		raw, err := base64.StdEncoding.DecodeString(customerKey)
		if err != nil {
			t.Fatal(err)
		}
		sum := md5.Sum(raw)
		opt.XCosSSECustomerAglo, opt.XCosSSECustomerKey = "AES256", customerKey
		opt.XCosSSECustomerKeyMD5 = base64.StdEncoding.EncodeToString(sum[:])
	}
	resp, err := w.SDK(t).Object.Get(t.Context(), key, opt)
	if resp == nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err != nil {
		return resp.StatusCode, "", resp.Header
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text), resp.Header
}
