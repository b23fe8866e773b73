package cosmock_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// The lists in a signature contain URL-encoded names. Clients differ in how they
// encode such a list in a URL.
func TestSignaturesOfNamesThatNeedEscaping(t *testing.T) {
	s := start(t, cosmock.Options{})
	for name, query := range map[string]string{
		"slash":           "a%2Fb=c",
		"blank":           "a%20b=1&z=2",
		"plus":            "a%2Bb=1",
		"percent":         "100%25=1",
		"encoded percent": "a%252fb=1",
		"capitals":        "A%2FB=1&c=2",
		"Chinese":         "%E8%85%BE%E8%AE%AF=1",
		"brackets":        "a%5B%5D=%5B%5D",
		"data processing": "imageMogr2%2Fthumbnail=1",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRaw(t, s)
			r.do("PUT", "/k?"+query, "x").want(t, 200, "")
			r.secretKey = "wrong"
			r.do("PUT", "/k?"+query, "x").want(t, 403, "SignatureDoesNotMatch")
		})
	}
	for name, list := range map[string]func(string) string{
		"encoded":       func(list string) string { return list },
		"encoded twice": url.QueryEscape,
		"as it is":      func(list string) string { return strings.ReplaceAll(list, "%2f", "/") },
	} {
		t.Run("list "+name, func(t *testing.T) {
			r := newRaw(t, s)
			req := r.request("PUT", "/k?a%2Fb=c&z=1", strings.NewReader("x"))
			text := r.authorization(req, req.URL.Query(), r.window(time.Hour))
			const was = "q-url-param-list=a%2fb;z&"
			if !strings.Contains(text, was) {
				t.Fatal(text)
			}
			req.Header.Set("Authorization", strings.Replace(text, was, "q-url-param-list="+list("a%2fb;z")+"&", 1))
			r.send(req).want(t, 200, "")
		})
	}
}

// ?sign= contains the value of an Authorization header, as older presigned URLs
// do.
func TestSignatureInOneParameter(t *testing.T) {
	s := start(t, cosmock.Options{Credentials: []cosmock.Credential{{SecretID: "TEMP", SecretKey: "TEMPKEY", SessionToken: "TOKEN"}}})
	for name, tc := range map[string]struct {
		temporary, spoilt bool
		method, query     string
		status            int
		code              string
	}{
		"GET":                      {method: "GET", status: 200},
		"with a parameter":         {method: "GET", query: "response-content-type=text%2Fx&", status: 200},
		"a name with a semicolon":  {method: "GET", query: "a%3Bb%27=%3B&", status: 200},
		"two names, one with it":   {method: "GET", query: "a%3Bb=1&c=2&", status: 200},
		"PUT":                      {method: "PUT", status: 200},
		"with a temporary key":     {method: "GET", query: "x-cos-security-token=TOKEN&", temporary: true, status: 200},
		"temporary, without token": {method: "GET", temporary: true, status: 403, code: "InvalidAccessKeyId"},
		"of another request":       {method: "GET", spoilt: true, status: 403, code: "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRaw(t, s)
			r.do("PUT", "/k", "body").want(t, 200, "")
			if tc.temporary {
				r.secretID, r.secretKey = "TEMP", "TEMPKEY"
			}
			req := r.request(tc.method, "/k?"+tc.query, strings.NewReader("body"))
			sign := r.authorization(req, req.URL.Query(), r.window(time.Hour))
			if tc.spoilt {
				req.URL.Path = "/other"
			}
			req.URL.RawQuery = tc.query + "sign=" + url.QueryEscape(sign)
			r.send(req).want(t, tc.status, tc.code)
		})
	}
	r := newRaw(t, s)
	r.send(r.request("GET", "/k?sign=nothing", nil)).want(t, 403, "AccessDenied")
}

// A client that has corrected its clock is not refused again for clock skew, no
// matter where it puts the signature.
func TestClockSkewOfEachKindOfSignature(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(req *http.Request, signature string){
		"header": func(req *http.Request, signature string) { req.Header.Set("Authorization", signature) },
		"parameters": func(req *http.Request, signature string) {
			req.URL.RawQuery = strings.ReplaceAll(signature, ";", "%3B")
		},
		"one parameter": func(req *http.Request, signature string) { req.URL.RawQuery = "sign=" + url.QueryEscape(signature) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			r.do("PUT", "/k", "body").want(t, 200, "")
			arm(t, s, cosmock.Fault{Match: cosmock.On("GET", "k"), Kind: cosmock.FaultClockSkew, Times: -1})
			get := func() answer {
				req := r.request("GET", "/k", nil)
				at(req, r.authorization(req, nil, r.window(time.Hour)))
				return r.send(req)
			}
			get().want(t, 403, "RequestTimeTooSkewed")
			r.clock = func() time.Time { return time.Now().Add(time.Hour) }
			get().want(t, 200, "")
		})
	}
}
