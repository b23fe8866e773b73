package cosclient

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

var testCredentials = credentials.Value{SecretID: testSecretID, SecretKey: testSecretKey, SecurityToken: testToken}

// A success that repeats a secret of its request is an error. It is not retried,
// because a retry would send the secret again.
func TestEchoIsRefused(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	secret := "a write-only body of some length"
	for name, tc := range map[string]struct {
		header string
		value  func(*http.Request) string
		want   bool
	}{
		"key as the content type":       {"Content-Type", func(r *http.Request) string { return r.Header.Get(sse.HeaderCustomerKey) }, true},
		"key as metadata":               {"X-Cos-Meta-A", func(*http.Request) string { return testKeyText }, true},
		"token in a header of a proxy":  {"X-Debug", func(r *http.Request) string { return "t=" + r.Header.Get("X-Cos-Security-Token") }, true},
		"body as the version":           {headerVersionID, func(*http.Request) string { return "v-" + secret[2:16] }, true},
		"body as the ETag":              {"ETag", func(*http.Request) string { return `"` + secret + `"` }, true},
		"body as the ETag, in base64":   {"ETag", func(*http.Request) string { return base64.StdEncoding.EncodeToString([]byte(secret)) }, true},
		"body as the encryption":        {sse.HeaderMode, func(*http.Request) string { return secret }, true},
		"body as the MD5 of the key":    {sse.HeaderCustomerKeyMD5, func(*http.Request) string { return secret }, true},
		"the MD5 of the key":            {sse.HeaderCustomerKeyMD5, func(r *http.Request) string { return r.Header.Get(sse.HeaderCustomerKeyMD5) }, false},
		"body where nothing reads it":   {"X-Unread", func(*http.Request) string { return secret }, false},
		"nothing of either":             {"Server", func(*http.Request) string { return "tencent-cos" }, false},
		"a control character":           {"Content-Type", func(*http.Request) string { return "text/plain\x1b[2J" }, false},
		"an identifier of the request":  {headerRequestID, func(*http.Request) string { return secret }, false},
		"a request id that is a secret": {headerRequestID, func(r *http.Request) string { return r.Header.Get(sse.HeaderCustomerKey) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set(tc.header, tc.value(r))
			})
			written, err := s.client(t).Put(t.Context(), testObject, PutInput{Body: text(secret), Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}})
			if errors.Is(err, ErrEcho) != tc.want || tc.want && len(s.seen()) != 1 {
				t.Errorf("error %v after %d requests", err, len(s.seen()))
			}
			if strings.Contains(written.RequestID, secret) {
				t.Errorf("the request id is %q", written.RequestID)
			}
		})
	}
}

// Values that the server generates can match the body by chance, or because the
// body lists such values. None of these is an echo.
func TestWhatIsNoEcho(t *testing.T) {
	t.Parallel()
	version := base64.StdEncoding.EncodeToString([]byte("18445157562314500088"))
	earlier := base64.StdEncoding.EncodeToString([]byte("18445157562314500099")) // slightly earlier
	kms := "48ba38aa-26c5-11ed-855c-52540085c386"
	for name, body := range map[string]string{
		"a list of versions":       `{"version":"` + earlier + `","etag":"ee8de918d05640145b18f70f4c3aa603"}`,
		"a note of the KMS key":    `{"kms":"` + kms + `"}`,
		"words that headers have":  "AES256 cos/kms STANDARD tencent-cos keep-alive text/plain",
		"one byte":                 "1",
		"the beginning of an ETag": "ee8d",
		"a large list of versions": strings.Repeat(earlier+"\n", 10_000),
		"a long text":              strings.Repeat("The specified key does not exist. ", 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, status(200, "", "ETag", `"ee8de918d05640145b18f70f4c3aa602"`, headerVersionID, version, sse.HeaderMode, "cos/kms", sse.HeaderKMSKeyID, kms, "Server", "tencent-cos"))
			written, err := s.client(t).Put(t.Context(), testObject, PutInput{Body: text(body), Encryption: sse.Settings{Mode: sse.ModeKMS}})
			if err != nil || written.VersionID != version || written.Encryption.KMSKeyID != kms {
				t.Errorf("%+v, %v", written, err)
			}
		})
	}
}

// The code of a refusal takes effect even if the body contains the same words,
// and a message that quotes the body is withheld.
func TestRefusalsThatQuoteTheBody(t *testing.T) {
	t.Parallel()
	about := "FileAlreadyExists, and Request has expired, and ExpiredToken: what they mean"
	refusal := func(code, message string) string {
		return "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>"
	}
	for name, tc := range map[string]struct {
		body, answer  string
		is            error
		code, message string
	}{
		"a code that the body has":        {about, refusal("FileAlreadyExists", "It is there."), ErrAlreadyExists, "FileAlreadyExists", "It is there."},
		"words that the body has":         {about, refusal("AccessDenied", "Request has expired"), ErrExpiredSignature, "AccessDenied", withheld},
		"a code that quotes":              {about, refusal("what they mean", "m"), ErrForbidden, "(redacted)", "m"},
		"a message that quotes the start": {"hunter2-and-more", refusal("C", "Bad body: hunter2-..."), ErrForbidden, "C", withheld},
		"a short body":                    {"pin1", refusal("C", "Bad body: pin1"), ErrForbidden, "C", withheld},
		"a long body, few words":          {strings.Repeat("The specified key does not exist. ", 3000), refusal("C", "It does not exist."), ErrForbidden, "C", "It does not exist."},
		"a long body, quoted":             {strings.Repeat("x", 100_000) + "password = hunter2hunter2hunter2", refusal("C", "near password = hunter2hunter2hunter2"), ErrForbidden, "C", withheld},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, status(403, tc.answer))
			_, err := s.client(t).Put(t.Context(), testObject, PutInput{Body: text(tc.body)})
			var refused *Error
			if !errors.As(err, &refused) || !errors.Is(err, tc.is) || refused.Code != tc.code || refused.Message != tc.message || refused.RequestID != "REQ-1" {
				t.Errorf("%#v", err)
			}
		})
	}
}

// If a body is too long to compare or cannot be read again, all messages are
// withheld. Tags and other documents of the client are not secret.
func TestBodiesThatAreNotCompared(t *testing.T) {
	t.Parallel()
	broken := textBody{text: strings.Repeat("x", smallBody+1), size: maxCompared + 1}
	s := newScrubber(http.Header{}, testCredentials, broken, nil)
	if got := s.refusalText(refusalText{"AccessDenied", "anything", "id", "id", "ap-beijing"}); got != (refusalText{code: "AccessDenied", message: withheld}) {
		t.Errorf("%+v", got)
	}
	server := newServer(t, status(400, "<Error><Code>InvalidTag</Code><Message>environment is no tag</Message></Error>"))
	err := server.client(t).PutTags(t.Context(), testObject, "", map[string]string{"environment": "x"})
	var refused *Error
	if !errors.As(err, &refused) || refused.Message != "environment is no tag" {
		t.Errorf("%v", err)
	}
}

// The error for a server without TLS, or with a wrong certificate, does not quote
// what the server sent.
func TestGarbageInsteadOfTLS(t *testing.T) {
	t.Parallel()
	for name, greeting := range map[string]string{
		"HTTP": "HTTP/1.1 400 " + testKeyText + "\r\n\r\n", "text": testKeyText + testToken, "an alert": "\x15\x03\x03\x00\x02\x02\x28", "nothing": "",
		"a record": "\x16\x03\x03\x00\x20" + testKeyText,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					_, _ = conn.Read(make([]byte, 1024))
					_, _ = conn.Write([]byte(greeting))
					_ = conn.Close()
				}
			}()
			endpoint, err := ParseEndpoint("https://" + l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			c, err := New(Config{Endpoint: endpoint, Credentials: credentials.Static{Value: testCredentials}, RequestTimeout: 5 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Head(t.Context(), testObject, HeadInput{CustomerKey: testKey(t)})
			if err == nil {
				t.Fatal("no error")
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				findCanary(t, "the error", e.Error())
			}
			if !bytes.Contains([]byte(err.Error()), []byte("HeadObject cos://")) {
				t.Errorf("%v", err)
			}
			t.Log(err)
		})
	}
}
