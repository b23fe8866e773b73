package rawcos

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func pairs(all ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(all); i += 2 {
		h.Set(all[i], all[i+1])
	}
	return h
}

// Signatures from the official Go SDK's tests, and of a request with a token and a customer key that the SDK signed.
func TestSign(t *testing.T) {
	for name, tc := range map[string]struct {
		credential  Credential
		url         string
		header      http.Header
		from, until int64
		want        []string
	}{
		"test of the Go SDK": {
			credential: Credential{ID: "QmFzZTY0IGlzIGEgZ2VuZXJp", Key: NewSecret("AKIDZfbOA78asKUYBcXFrJD0a1ICvR98JM")},
			url:        "https://testbucket-125000000.cos.ap-guangzhou.myqcloud.com/testfile2",
			header:     pairs("x-cos-content-sha1", "db8ac1c259eb89d4a131b253bacfca5f319d54f2", "x-cos-stroage-class", "nearline", "User-Agent", "not signed"),
			from:       1480932292, until: 1481012292,
			want: []string{"q-header-list=host;x-cos-content-sha1;x-cos-stroage-class&", "q-url-param-list=&", "q-signature=ce4ac0ecbcdb30538b3fee0a97cc6389694ce53a"},
		},
		"token, customer key, nested key and version": {
			credential: Credential{ID: "AKIDEXAMPLE", Key: NewSecret("SKEXAMPLE"), Token: NewSecret("TOKEN")},
			url:        "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/dir/a%20b.txt?versionId=V1",
			header: pairs("Content-Length", "16", "Content-Type", "text/plain",
				"x-cos-server-side-encryption-customer-algorithm", "AES256",
				"x-cos-server-side-encryption-customer-key", "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY=",
				"x-cos-server-side-encryption-customer-key-MD5", "U5L61r7jcwdNvT7frmUG8g=="),
			from: 1700000000, until: 1700003600,
			want: []string{"q-ak=AKIDEXAMPLE&", "q-key-time=1700000000;1700003600&", "q-url-param-list=versionid&", "q-signature=5e067e8df577d5099c10ae7571e1230451fe5c2c"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := url.Parse(tc.url)
			if err != nil {
				t.Fatal(err)
			}
			req := &http.Request{Method: http.MethodPut, URL: u, Host: u.Host, Header: tc.header}
			tc.credential.Sign(req, time.Unix(tc.from, 0), time.Unix(tc.until, 0))
			for _, want := range tc.want {
				if got := req.Header.Get("Authorization"); !strings.Contains(got, want) {
					t.Errorf("got %s, want %s in it", got, want)
				}
			}
		})
	}
}
