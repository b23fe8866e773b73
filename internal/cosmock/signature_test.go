package cosmock

import (
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"testing"
)

// TestPublishedSignatures recomputes signatures from an SDK's tests, from the
// page "Request Signature", and one with a session token and a customer key that
// was made with the official Go SDK.
func TestPublishedSignatures(t *testing.T) {
	tests := map[string]struct {
		method, path, query string
		header              http.Header
		secretKey, signKey  string // one of the two
		keyTime             string
		headers, params     string // as listed in the signature
		wantHash, wantSign  string
	}{
		"test of the Go SDK": {
			method: "PUT", path: "/testfile2",
			header: http.Header{
				"Host":                 {"testbucket-125000000.cos.ap-guangzhou.myqcloud.com"},
				"X-Cos-Content-Sha1":   {"db8ac1c259eb89d4a131b253bacfca5f319d54f2"},
				"X-Cos-Stroage-Class":  {"nearline"},
				"X-Cos-Not-Listed":     {"does not count"},
				"User-Agent":           {"does not count"},
				"X-Cos-Not-Listed-Too": {""},
			},
			secretKey: "AKIDZfbOA78asKUYBcXFrJD0a1ICvR98JM", keyTime: "1480932292;1481012292",
			headers:  "host;x-cos-content-sha1;x-cos-stroage-class",
			signKey:  "95d110a8ead64cac52083100db75b7e3f369e72f",
			wantHash: "113b22e92b74237531fafbfc8bb9e67be55645c7",
			wantSign: "ce4ac0ecbcdb30538b3fee0a97cc6389694ce53a",
		},
		"page on signatures, upload": {
			method: "PUT", path: "/exampleobject(腾讯云)",
			header: http.Header{
				"Date":             {"Thu, 16 May 2019 06:45:51 GMT"},
				"Host":             {"examplebucket-1250000000.cos.ap-beijing.myqcloud.com"},
				"Content-Type":     {"text/plain"},
				"Content-Length":   {"13"},
				"Content-Md5":      {"mQ/fVh815F3k6TAUm8m0eg=="},
				"X-Cos-Acl":        {"private"},
				"X-Cos-Grant-Read": {`uin="100000000011"`},
			},
			keyTime: "1557989151;1557996351", signKey: "eb2519b498b02ac213cb1f3d1a3d27a3b3c9bc5f",
			headers:  "content-length;content-md5;content-type;date;host;x-cos-acl;x-cos-grant-read",
			wantHash: "8b2751e77f43a0995d6e9eb9477f4b685cca4172",
			wantSign: "3b8851a11a569213c17ba8fa7dcf2abec6935172",
		},
		"page on signatures, download": {
			method: "GET", path: "/exampleobject(腾讯云)",
			query: "response-content-type=application%2Foctet-stream&response-cache-control=max-age%3D600",
			header: http.Header{
				"Date": {"Thu, 16 May 2019 06:55:53 GMT"},
				"Host": {"examplebucket-1250000000.cos.ap-beijing.myqcloud.com"},
			},
			keyTime: "1557989753;1557996953", signKey: "937914bf490e9e8c189836aad2052e4feeb35eaf",
			headers: "date;host", params: "response-cache-control;response-content-type",
			wantHash: "54ecfe22f59d3514fdc764b87a32d8133ea611e6",
			wantSign: "01681b8c9d798a678e43b685a9f1bba0f6c0e012",
		},
		"customer key, session token, nested key and version": {
			method: "PUT", path: "/dir/a b.txt", query: "versionId=V1",
			header: http.Header{
				"Host":                 {"examplebucket-1250000000.cos.ap-beijing.myqcloud.com"},
				"Content-Length":       {"16"},
				"Content-Type":         {"text/plain"},
				"X-Cos-Security-Token": {"TOKEN"},
				"X-Cos-Server-Side-Encryption-Customer-Algorithm": {"AES256"},
				"X-Cos-Server-Side-Encryption-Customer-Key":       {"MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="},
				"X-Cos-Server-Side-Encryption-Customer-Key-Md5":   {"U5L61r7jcwdNvT7frmUG8g=="},
			},
			secretKey: "SKEXAMPLE", keyTime: "1700000000;1700003600",
			headers: "content-length;content-type;host;x-cos-security-token;" +
				"x-cos-server-side-encryption-customer-algorithm;x-cos-server-side-encryption-customer-key;" +
				"x-cos-server-side-encryption-customer-key-md5",
			params:   "versionid",
			signKey:  "d064ea52c12cdaea345741a08cfdb8e99d54fd64",
			wantHash: "f1cb572713c7972d615d7dd9a66d461dc2fa9084",
			wantSign: "5e067e8df577d5099c10ae7571e1230451fe5c2c",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sig, ok := parseAuthorization("q-sign-algorithm=sha1&q-ak=ID&q-sign-time=" + test.keyTime + "&q-key-time=" + test.keyTime +
				"&q-header-list=" + test.headers + "&q-url-param-list=" + test.params + "&q-signature=" + test.wantSign)
			if !ok {
				t.Fatal("the header is not understood")
			}
			httpString := sig.httpString(test.method, test.path, parseQuery(test.query), test.header)
			hash := sha1.Sum([]byte(httpString))
			if got := hex.EncodeToString(hash[:]); got != test.wantHash {
				t.Errorf("hash is %s, want %s, of\n%s", got, test.wantHash, httpString)
			}
			if test.secretKey != "" {
				if got := hmacSHA1Hex([]byte(test.secretKey), test.keyTime); got != test.signKey {
					t.Errorf("SignKey is %s, want %s", got, test.signKey)
				}
				if got := sig.sign(test.secretKey, sig.stringToSign(httpString)); got != test.wantSign {
					t.Errorf("signature is %s, want %s", got, test.wantSign)
				}
			}
			if got := hmacSHA1Hex([]byte(test.signKey), sig.stringToSign(httpString)); got != test.wantSign {
				t.Errorf("signature of the SignKey is %s, want %s", got, test.wantSign)
			}
		})
	}
}

func TestURLEncode(t *testing.T) {
	const all = "azAZ09-_.~ /!'()*+%&=;:@\"<>ü"
	const want = "azAZ09-_.~%20%2F%21%27%28%29%2A%2B%25%26%3D%3B%3A%40%22%3C%3E%C3%BC"
	if got := urlEncode(all); got != want {
		t.Errorf("urlEncode is %s, want %s", got, want)
	}
	if got := unescape(want, false); got != all {
		t.Errorf("unescape is %s, want %s", got, all)
	}
	if got := unescape("a+b%2+%zz%", true); got != "a b%2 %zz%" {
		t.Errorf("unescape of bad escapes is %q", got)
	}
}
