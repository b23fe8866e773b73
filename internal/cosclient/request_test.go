package cosclient

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestKeysTravelUnchanged(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	c := s.client(t)
	tests := map[string]struct{ key, uri string }{
		"plain":            {"dir/file.txt", "/dir/file.txt"},
		"space":            {"a b", "/a%20b"},
		"plus and percent": {"a+b%41%2F", "/a%2Bb%2541%252F"},
		"double slash":     {"a//b", "/a%2F%2Fb"},
		"leading slash":    {"/abc", "//abc"},
		"leading slashes":  {"//abc/", "///abc/"},
		"slashes twice":    {"/a//b", "//a%2F%2Fb"},
		"dots in names":    {".a/..b/...", "/.a/..b/..."},
		"folder":           {"dir/", "/dir/"},
		"two slashes last": {"dir//", "/dir%2F%2F"},
		"query characters": {"a?acl&b=c#d", "/a%3Facl%26b%3Dc%23d"},
		"unicode":          {"腾讯云/ü", "/%E8%85%BE%E8%AE%AF%E4%BA%91/%C3%BC"},
		"sub-delimiters":   {"~a-b_c.d!$'()*,;:@", "/~a-b_c.d%21%24%27%28%29%2A%2C%3B%3A%40"},
		"like a host":      {"https://x/", "/https%3A%2F%2Fx%2F"},
		"backslash":        {`a\b`, "/a%5Cb"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(s.seen())
			l := testObject
			l.Key = tc.key
			if _, err := c.Head(t.Context(), l, HeadInput{}); err != nil {
				t.Fatal(err)
			}
			got := s.seen()[before]
			if got.URI != tc.uri || got.Path != "/"+tc.key {
				t.Errorf("sent as %s, arrived as %q, want %s", got.URI, got.Path, tc.uri)
			}
		})
	}
}

// The values were computed by an independent implementation of the page "Request
// Signature".
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	c := s.client(t, func(cfg *Config) {
		cfg.Credentials = credentials.Static{Value: credentials.Value{SecretID: "AKIDEXAMPLE", SecretKey: "SKEXAMPLE", SecurityToken: "TOKEN"}}
	})
	c.now = func() time.Time { return time.Unix(1700000060, 0) }
	key, err := sse.ParseCustomerKey("MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY=")
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRequest("PutObject", http.MethodPut, Location{"ap-beijing", "examplebucket-1250000000", "dir/a b.txt"})
	if err != nil {
		t.Fatal(err)
	}
	r.version("V1")
	r.body = bytesBody(exampleBody)
	r.header.Set("Content-Type", "text/plain")
	key.SetHeaders(r.header)
	if _, err := c.do(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	const want = "q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE&q-sign-time=1700000000;1700003600&q-key-time=1700000000;1700003600" +
		"&q-header-list=content-length;content-type;host;x-cos-security-token;x-cos-server-side-encryption-customer-algorithm;" +
		"x-cos-server-side-encryption-customer-key;x-cos-server-side-encryption-customer-key-md5" +
		"&q-url-param-list=versionid&q-signature=5e067e8df577d5099c10ae7571e1230451fe5c2c"
	got := s.seen()[0]
	if auth := got.Header.Get("Authorization"); auth != want {
		t.Errorf("signed\n%s\nwant\n%s", auth, want)
	}
	if got.Header.Get("X-Cos-Security-Token") != "TOKEN" {
		t.Error("the token was not sent")
	}
}

func TestACustomerKeyIsNotSentInTheClear(t *testing.T) {
	t.Parallel()
	var hits int
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	defer plain.Close()
	s := &server{Server: plain}
	c := s.client(t)
	if c.Secure() {
		t.Fatal("http is secure")
	}
	key := testKey(t)
	settings := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}
	_, head := c.Head(t.Context(), testObject, HeadInput{CustomerKey: key})
	_, put := c.Put(t.Context(), testObject, PutInput{Body: text("x"), Encryption: settings})
	_, to := c.Copy(t.Context(), testObject, CopyInput{Source: testObject, Encryption: settings})
	_, from := c.Copy(t.Context(), testObject, CopyInput{Source: testObject, SourceKey: key})
	_, begin := c.InitiateMultipart(t.Context(), testObject, UploadInput{Encryption: settings})
	_, _, get := c.GetRange(t.Context(), testObject, HeadInput{CustomerKey: key}, 0, -1)
	for _, err := range []error{head, put, to, from, begin, get} {
		if !errors.Is(err, ErrInsecure) {
			t.Errorf("error %v, want ErrInsecure", err)
		}
	}
	if hits != 0 {
		t.Errorf("%d requests were sent", hits)
	}
	if _, err := c.Head(t.Context(), testObject, HeadInput{}); err != nil || hits != 1 {
		t.Errorf("a request without a key: %v, %d requests", err, hits)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(307, "", "Location", "https://elsewhere.example/"))
	_, err := s.client(t).Head(t.Context(), testObject, HeadInput{})
	var refused *Error
	// The second request is the listing, which shows what the origin-pull rule
	// hides.
	if !errors.As(err, &refused) || refused.Status != 307 || len(s.seen()) != 2 || s.seen()[1].Path != "/" {
		t.Errorf("error %v after %d requests", err, len(s.seen()))
	}
}

func TestTheHandshakeVerifiesTheEndpoint(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	c := s.client(t, func(cfg *Config) { cfg.RootCAs = nil; cfg.MaxRetries = 3 })
	_, err := c.Head(t.Context(), testObject, HeadInput{})
	if err == nil || !strings.Contains(err.Error(), "not secure") {
		t.Fatalf("error %v", err)
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests reached a server nobody vouches for", n)
	}
}

// A proxy for plain HTTP would connect to the bucket's public name.
func TestPlainHTTPWithAHostOfItsOwnUsesNoProxy(t *testing.T) {
	t.Parallel()
	u, err := proxy(&http.Request{URL: &url.URL{Scheme: "http", Host: "h.example"}, Host: "b.example"})
	if u != nil || err != nil {
		t.Errorf("proxy %v, %v", u, err)
	}
}
