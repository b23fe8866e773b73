package cosmock_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestSignatureIsVerified(t *testing.T) {
	s := start(t, cosmock.Options{Credentials: []cosmock.Credential{
		{SecretID: "TEMP", SecretKey: "TEMPKEY", SessionToken: "TOKEN"},
		{SecretID: "OLD", SecretKey: "OLDKEY", SessionToken: "TOKEN", Expires: time.Now().Add(-time.Second)},
	}})
	tests := map[string]struct {
		prepare func(*raw)
		change  func(*http.Request) // after signing
		status  int
		code    string
	}{
		"good":                  {status: 200},
		"header not listed":     {change: func(r *http.Request) { r.Header.Set("X-Cos-Meta-A", "added") }, status: 200},
		"parameter not listed":  {change: func(r *http.Request) { r.URL.RawQuery = "added=1" }, status: 200},
		"wrong secret key":      {prepare: func(r *raw) { r.secretKey = "wrong" }, status: 403, code: "SignatureDoesNotMatch"},
		"unknown secret id":     {prepare: func(r *raw) { r.secretID = "AKIDunknown" }, status: 403, code: "InvalidAccessKeyId"},
		"changed header":        {change: func(r *http.Request) { r.Header.Set("X-Cos-Meta-B", "2") }, status: 403, code: "SignatureDoesNotMatch"},
		"removed header":        {change: func(r *http.Request) { r.Header.Del("X-Cos-Meta-B") }, status: 403, code: "SignatureDoesNotMatch"},
		"changed path":          {change: func(r *http.Request) { r.URL.Path = "/other" }, status: 403, code: "SignatureDoesNotMatch"},
		"changed method":        {change: func(r *http.Request) { r.Method = "POST" }, status: 403, code: "SignatureDoesNotMatch"},
		"changed host":          {change: func(r *http.Request) { r.Host = s.Bucket() + ".cos." + s.Region() + ".tencentcos.cn" }, status: 403, code: "SignatureDoesNotMatch"},
		"none":                  {change: func(r *http.Request) { r.Header.Del("Authorization") }, status: 403, code: "AccessDenied"},
		"garbage":               {change: func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, status: 403, code: "AccessDenied"},
		"clock 20 minutes fast": {prepare: func(r *raw) { r.clock = func() time.Time { return time.Now().Add(20 * time.Minute) } }, status: 403, code: "RequestTimeTooSkewed"},
		"clock 10 minutes fast": {prepare: func(r *raw) { r.clock = func() time.Time { return time.Now().Add(10 * time.Minute) } }, status: 200},
		"expired":               {prepare: func(r *raw) { r.clock = func() time.Time { return time.Now().Add(-2 * time.Hour) } }, status: 403, code: "AccessDenied"},
		"temporary":             {prepare: func(r *raw) { r.secretID, r.secretKey, r.token = "TEMP", "TEMPKEY", "TOKEN" }, status: 200},
		"temporary, no token":   {prepare: func(r *raw) { r.secretID, r.secretKey = "TEMP", "TEMPKEY" }, status: 403, code: "InvalidAccessKeyId"},
		"temporary, old token":  {prepare: func(r *raw) { r.secretID, r.secretKey, r.token = "OLD", "OLDKEY", "TOKEN" }, status: 400, code: "ExpiredToken"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRaw(t, s)
			if test.prepare != nil {
				test.prepare(r)
			}
			req := r.request("PUT", "/a%2Fb", strings.NewReader("x"), "x-cos-meta-b", "1")
			r.sign(req)
			if test.change != nil {
				test.change(req)
			}
			r.send(req).want(t, test.status, test.code)
		})
	}
}

// TestRefusedSignatureQuotesTheRequest shows that the error body contains the
// customer key, which is why clients must not print it.
func TestRefusedSignatureQuotesTheRequest(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.secretKey = "wrong"
	a := r.do("PUT", "/k", "x", triple(keyText)...)
	a.want(t, 403, "SignatureDoesNotMatch")
	_, key, _ := keyHeaders(keyText)
	var e struct{ StringToSign, FormatString string }
	if err := xml.Unmarshal([]byte(a.body), &e); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(e.FormatString, url.QueryEscape(key)) || !strings.HasPrefix(e.FormatString, "put\n/k\n\n") {
		t.Errorf("FormatString is %q", e.FormatString)
	}
	if !strings.HasPrefix(e.StringToSign, "sha1\n") {
		t.Errorf("StringToSign is %q", e.StringToSign)
	}
}

// TestRefusedBodiesAreTaken checks that a client sees the response, not a broken
// connection, if it is refused while it sends a large body.
func TestRefusedBodiesAreTaken(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.secretKey = "wrong"
	const size = 8 << 20
	for range 5 {
		r.do("PUT", "/k", strings.Repeat("x", size)).want(t, 403, "SignatureDoesNotMatch")
	}
	for _, request := range s.Requests() {
		if request.BodyBytes != size {
			t.Errorf("%d bytes of %d", request.BodyBytes, size)
		}
	}
}

func TestReasonInMessage(t *testing.T) {
	s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{ReasonInMessage: true}})
	r := newRaw(t, s)
	r.secretKey = "wrong"
	a := r.do("GET", "/k", "")
	a.want(t, 403, "AccessDenied")
	if !strings.Contains(a.body, "<Message>SignatureDoesNotMatch</Message>") {
		t.Error(a.body)
	}
}

func TestPresignedURL(t *testing.T) {
	s := start(t, cosmock.Options{Credentials: []cosmock.Credential{{SecretID: "TEMP", SecretKey: "TEMPKEY", SessionToken: "TOKEN"}}})
	newRaw(t, s).do("PUT", "/k", "body").want(t, 200, "")
	tests := map[string]struct {
		window    time.Duration
		age       time.Duration
		token     string
		rawWindow bool // send the ";" of the window unencoded
		status    int
		code      string
	}{
		"good":               {window: time.Minute, status: 200},
		"bare semicolons":    {window: time.Minute, rawWindow: true, status: 200},
		"expired":            {window: time.Minute, age: 2 * time.Minute, status: 403, code: "AccessDenied"},
		"with session token": {window: time.Minute, token: "TOKEN", status: 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRaw(t, s)
			r.clock = func() time.Time { return time.Now().Add(-test.age) }
			query := url.Values{"response-content-type": {"text/x"}}
			if test.token != "" {
				r.secretID, r.secretKey = "TEMP", "TEMPKEY"
			}
			req := r.request("GET", "/k", nil)
			authorization := r.authorization(req, query, r.window(test.window))
			for pair := range strings.SplitSeq(authorization, "&") {
				name, value, _ := strings.Cut(pair, "=")
				query.Set(name, value)
			}
			if test.token != "" {
				query.Set("x-cos-security-token", test.token)
			}
			req.URL.RawQuery = query.Encode()
			if test.rawWindow {
				req.URL.RawQuery = strings.ReplaceAll(req.URL.RawQuery, "%3B", ";")
			}
			a := r.send(req)
			a.want(t, test.status, test.code)
			if got := a.header.Get("Content-Type"); test.status == 200 && got != "text/x" {
				t.Errorf("Content-Type is %s", got)
			}
		})
	}
}

func TestAnonymousReads(t *testing.T) {
	tests := map[string]struct {
		header  []string
		options cosmock.Undocumented
		bucket  string // the bucket's ACL
		status  int
	}{
		"private":                         {status: 403},
		"public-read":                     {header: []string{"x-cos-acl", "public-read"}, status: 200},
		"public-read under SSE-COS":       {header: []string{"x-cos-acl", "public-read", "x-cos-server-side-encryption", "AES256"}, status: 200},
		"public-read under SSE-KMS":       {header: []string{"x-cos-acl", "public-read", "x-cos-server-side-encryption", "cos/kms"}, status: 403},
		"in a public-read bucket":         {bucket: "public-read", status: 200},
		"private in a public-read bucket": {header: []string{"x-cos-acl", "private"}, bucket: "public-read", status: 403},
		"public-read under SSE-COS, by the older documentation": {
			header:  []string{"x-cos-acl", "public-read", "x-cos-server-side-encryption", "AES256"},
			options: cosmock.Undocumented{AnonymousSSECOSRefused: true}, status: 403,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{Undocumented: test.options})
			if test.bucket != "" {
				if err := s.SetBucketACL(s.Bucket(), test.bucket); err != nil {
					t.Fatal(err)
				}
			}
			r := newRaw(t, s)
			r.do("PUT", "/k", "x", test.header...).want(t, 200, "")
			for _, method := range []string{"GET", "HEAD"} {
				if a := r.send(r.request(method, "/k", nil)); a.status != test.status {
					t.Errorf("%s answers %d, want %d", method, a.status, test.status)
				}
			}
			r.send(r.request("PUT", "/k", strings.NewReader("x"))).want(t, 403, "AccessDenied")
			r.send(r.request("GET", "/k?acl", nil)).want(t, 403, "AccessDenied")
		})
	}
}
