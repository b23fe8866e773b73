package cosmock_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	hMode    = "x-cos-server-side-encryption"
	hKMSID   = "x-cos-server-side-encryption-cos-kms-key-id"
	hContext = "x-cos-server-side-encryption-context"
)

func with(headers []string, more ...string) []string {
	return append(append([]string{}, headers...), more...)
}

// replace returns the SSE-C headers with one value replaced, or removed if it is
// "".
func replace(headers []string, suffix, value string) []string {
	var out []string
	for i := 0; i < len(headers); i += 2 {
		switch {
		case !strings.HasSuffix(headers[i], suffix):
			out = append(out, headers[i], headers[i+1])
		case value != "":
			out = append(out, headers[i], value)
		}
	}
	return out
}

func TestEncryptionHeadersOfWrites(t *testing.T) {
	good := triple(keyText)
	_, key, _ := keyHeaders(keyText)
	_, otherText, _ := keyHeaders(otherKey)
	base64Of := base64.StdEncoding.EncodeToString
	tests := map[string]struct {
		headers []string
		options cosmock.Options
		plain   bool
		status  int
		code    string
	}{
		"AES256":                      {headers: []string{hMode, "AES256"}, status: 200},
		"AES-256, as old pages spell": {headers: []string{hMode, "AES-256"}, status: 400, code: "InvalidArgument"},
		"unknown algorithm":           {headers: []string{hMode, "AES789"}, status: 400, code: "InvalidArgument"},
		"unknown algorithm, by the code list": {
			headers: []string{hMode, "AES789"}, status: 400, code: "SSEContentNotSupported",
			options: cosmock.Options{Undocumented: cosmock.Undocumented{UnknownAlgorithm: cosmock.Answer{Code: "SSEContentNotSupported"}}},
		},
		"SM4 without the option":  {headers: []string{hMode, "SM4"}, status: 400, code: "InvalidArgument"},
		"SM4 with the option":     {headers: []string{hMode, "SM4"}, options: cosmock.Options{SM4: true}, status: 200},
		"KMS":                     {headers: []string{hMode, "cos/kms"}, status: 200},
		"KMS by its bucket name":  {headers: []string{hMode, "KMS"}, status: 400, code: "InvalidArgument"},
		"KMS with a known key":    {headers: []string{hMode, "cos/kms", hKMSID, "kms-1"}, status: 200},
		"KMS with an unknown key": {headers: []string{hMode, "cos/kms", hKMSID, "kms-2"}, status: 400, code: "KmsKeyNotExist"},
		"KMS with a disabled key": {headers: []string{hMode, "cos/kms", hKMSID, "kms-off"}, status: 400, code: "KmsKeyDisabled"},
		"KMS with a context":      {headers: []string{hMode, "cos/kms", hContext, base64Of([]byte(`{"a":"b"}`))}, status: 200},
		"context not base64":      {headers: []string{hMode, "cos/kms", hContext, `{"a":"b"}`}, status: 400, code: "InvalidArgument"},
		"context not an object":   {headers: []string{hMode, "cos/kms", hContext, base64Of([]byte(`[]`))}, status: 400, code: "InvalidArgument"},
		"KMS key without KMS":     {headers: []string{hMode, "AES256", hKMSID, "kms-1"}, status: 400, code: "InvalidArgument"},
		"KMS key alone":           {headers: []string{hKMSID, "kms-1"}, status: 400, code: "InvalidArgument"},
		"SSE-C":                   {headers: good, status: 200},
		"SSE-C without algorithm": {headers: replace(good, "algorithm", ""), status: 400, code: "InvalidArgument"},
		"SSE-C without key":       {headers: replace(good, "key", ""), status: 400, code: "InvalidArgument"},
		"SSE-C without MD5":       {headers: replace(good, "MD5", ""), status: 400, code: "InvalidArgument"},
		"SSE-C, other algorithm":  {headers: replace(good, "algorithm", "SM4"), status: 400, code: "InvalidArgument"},
		"SSE-C, MD5 of another":   {headers: replace(good, "key", otherText), status: 400, code: "InvalidArgument"},
		"SSE-C, not base64":       {headers: replace(good, "key", "!"+key[1:]), status: 400, code: "InvalidArgument"},
		"SSE-C, 16 bytes":         {headers: triple(keyText[:16]), status: 400, code: "InvalidArgument"},
		"SSE-C, unpadded":         {headers: replace(good, "key", strings.TrimRight(key, "=")), status: 400, code: "InvalidArgument"},
		"SSE-C, unpadded where it is accepted": {
			headers: replace(good, "key", strings.TrimRight(key, "=")), status: 200,
			options: cosmock.Options{Undocumented: cosmock.Undocumented{CustomerKeyUnpadded: true}},
		},
		"SSE-C with SSE-COS":   {headers: with(good, hMode, "AES256"), status: 400, code: "InvalidArgument"},
		"SSE-C with a KMS key": {headers: with(good, hKMSID, "kms-1"), status: 400, code: "InvalidArgument"},
		"SSE-C over HTTP":      {headers: good, plain: true, status: 400, code: "InvalidRequest"},
		"SSE-C over HTTP where it is accepted": {
			headers: good, plain: true, status: 200,
			options: cosmock.Options{Undocumented: cosmock.Undocumented{CustomerKeyOverHTTP: true}},
		},
		"SSE-COS over HTTP": {headers: []string{hMode, "AES256"}, plain: true, status: 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.options.KMSKeys = []string{"kms-1", "kms-off"}
			s := start(t, test.options)
			if err := s.DisableKMSKey("kms-off"); err != nil {
				t.Fatal(err)
			}
			for _, request := range [][2]string{{"PUT", "/k"}, {"POST", "/k?uploads="}} {
				r := newRaw(t, s)
				r.plain = test.plain
				body := ""
				if request[0] == "PUT" {
					body = "x"
				}
				r.do(request[0], request[1], body, test.headers...).want(t, test.status, test.code)
			}
			if _, ok := s.Object(s.Bucket(), "k"); ok != (test.status == 200) {
				t.Errorf("there is an object: %v", ok)
			}
		})
	}
}

func TestEncryptionHeadersOfReads(t *testing.T) {
	teapot := cosmock.Undocumented{CustomerKeyWrong: cosmock.Answer{Status: 403, Code: "AccessDenied"}}
	tests := map[string]struct {
		object  []string // headers of the PUT
		headers []string
		options cosmock.Undocumented
		plain   bool
		status  int
		code    string // error code of the GET
	}{
		"no encryption":                     {status: 200},
		"SSE-COS":                           {object: []string{hMode, "AES256"}, status: 200},
		"SSE-COS with its header":           {object: []string{hMode, "AES256"}, headers: []string{hMode, "AES256"}, status: 400, code: "SSEHeaderNotAllowed"},
		"KMS with its header":               {object: []string{hMode, "cos/kms"}, headers: []string{hMode, "cos/kms"}, status: 400, code: "SSEHeaderNotAllowed"},
		"KMS key id":                        {object: []string{hMode, "cos/kms"}, headers: []string{hKMSID, "x"}, status: 400, code: "SSEHeaderNotAllowed"},
		"SSE-C with its key":                {object: triple(keyText), headers: triple(keyText), status: 200},
		"SSE-C without key":                 {object: triple(keyText), status: 400, code: "SsecDecryptHeaderInvalid"},
		"SSE-C with another key":            {object: triple(keyText), headers: triple(otherKey), status: 400, code: "SsecDecryptHeaderInvalid"},
		"SSE-C with another key, as option": {object: triple(keyText), headers: triple(otherKey), options: teapot, status: 403, code: "AccessDenied"},
		"SSE-C with half a triple":          {object: triple(keyText), headers: triple(keyText)[:4], status: 400, code: "InvalidArgument"},
		"SSE-C over HTTP":                   {object: triple(keyText), headers: triple(keyText), plain: true, status: 400, code: "InvalidRequest"},
		"SSE-C headers on a plain object":   {headers: triple(keyText), status: 400, code: "SSEHeaderNotAllowed"},
		"SSE-C headers on SSE-COS":          {object: []string{hMode, "AES256"}, headers: triple(keyText), status: 400, code: "SSEHeaderNotAllowed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{Undocumented: test.options})
			r := newRaw(t, s)
			r.do("PUT", "/k", "body", test.object...).want(t, 200, "")
			r.plain = test.plain
			get := r.do("GET", "/k", "", test.headers...)
			get.want(t, test.status, test.code)
			if test.status == 200 && get.body != "body" {
				t.Errorf("body is %q", get.body)
			}
			head := r.do("HEAD", "/k", "", test.headers...)
			if head.status != test.status || head.body != "" {
				t.Errorf("HEAD answers %d with %q", head.status, head.body)
			}
			if id := head.header.Get("X-Cos-Request-Id"); id == "" {
				t.Error("HEAD has no request id")
			}
			if trace := head.header.Get("X-Cos-Trace-Id"); (trace != "") != (test.status != 200) {
				t.Errorf("trace id of HEAD is %q", trace)
			}
			r.do("DELETE", "/k", "").want(t, 204, "") // no key is needed
		})
	}
}

func TestETagByMode(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	const md5OfBody = `"ee8de918d05640145b18f70f4c3aa602"`
	etag := func(headers ...string) string {
		a := r.do("PUT", "/k", "[Object Content]", headers...)
		a.want(t, 200, "")
		return a.header.Get("Etag")
	}
	if got := etag(); got != md5OfBody {
		t.Errorf("without encryption: %s", got)
	}
	if got := etag(hMode, "AES256"); got != md5OfBody {
		t.Errorf("SSE-COS: %s", got)
	}
	if a, b := etag(hMode, "cos/kms"), etag(hMode, "cos/kms"); a == b || a == md5OfBody {
		t.Errorf("SSE-KMS: %s, %s", a, b)
	}
	a, b, c := etag(triple(keyText)...), etag(triple(keyText)...), etag(triple(otherKey)...)
	if a != b || a == md5OfBody || a == c {
		t.Errorf("SSE-C: %s, %s, with another key %s", a, b, c)
	}
}

func TestBucketDefaultEncryption(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/before", "x").want(t, 200, "")
	if err := s.SetDefaultEncryption(s.Bucket(), sse.ModeKMS, ""); err != nil {
		t.Fatal(err)
	}
	r.do("PUT", "/by-default", "x").want(t, 200, "")
	r.do("PUT", "/explicit", "x", hMode, "AES256").want(t, 200, "")
	r.do("PUT", "/copy", "", "x-cos-copy-source", r.host+"/before").want(t, 200, "")
	s.Configure(func(u *cosmock.Undocumented) { u.DefaultEncryptsCopies = true })
	r.do("PUT", "/copy-by-default", "", "x-cos-copy-source", r.host+"/before").want(t, 200, "")
	for key, want := range map[string]sse.Mode{
		"before": sse.ModeNone, "by-default": sse.ModeKMS, "explicit": sse.ModeAES256, "copy": sse.ModeNone, "copy-by-default": sse.ModeKMS,
	} {
		if o, _ := s.Object(s.Bucket(), key); o.Mode != want {
			t.Errorf("%s is under %q, want %q", key, o.Mode, want)
		}
	}
}

func TestDisabledKMSKey(t *testing.T) {
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	r := newRaw(t, s)
	r.do("PUT", "/k", "body", hMode, "cos/kms", hKMSID, "kms-1", hContext, "eyJhIjoiYiJ9").want(t, 200, "")
	if o, _ := s.Object(s.Bucket(), "k"); o.KMSContext != `{"a":"b"}` {
		t.Errorf("context is %s", o.KMSContext)
	}
	if err := s.DisableKMSKey("kms-1"); err != nil {
		t.Fatal(err)
	}
	r.do("GET", "/k", "").want(t, 400, "KmsKeyDisabled")
	r.do("HEAD", "/k", "").want(t, 200, "")
	if err := s.EnableKMSKey("kms-1"); err != nil {
		t.Fatal(err)
	}
	r.do("GET", "/k", "").want(t, 200, "")
	if err := s.DeleteKMSKey("kms-1"); err != nil {
		t.Fatal(err)
	}
	r.do("GET", "/k", "").want(t, 400, "KmsKeyNotExist")
}
