package cosclient

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// canaries returns all forms of the secrets in a test request.
func canaries(t *testing.T) []string {
	t.Helper()
	base := base64.StdEncoding.EncodeToString([]byte(testKeyText))
	raw := []string{testSecretKey, testToken, testKeyText, base, strings.TrimRight(base, "="), hex.EncodeToString([]byte(testKeyText))}
	forms := []string{"q-signature="}
	for _, s := range raw {
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s), strings.ToUpper(s), strings.ToLower(url.QueryEscape(s)),
			base64.StdEncoding.EncodeToString([]byte(s)), hex.EncodeToString([]byte(s)))
	}
	return forms
}

func findCanary(t *testing.T, where, text string) {
	t.Helper()
	for _, c := range canaries(t) {
		if strings.Contains(text, c) {
			t.Errorf("%s shows %q:\n%s", where, c, text)
		}
	}
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// quoting refuses a request and quotes all of it, in the elements that COS uses
// for this and, as COS never should, in all others.
func quoting(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get(sse.HeaderCustomerKey)
	raw, _ := base64.StdEncoding.DecodeString(key)
	var all strings.Builder
	for name, values := range r.Header {
		fmt.Fprintf(&all, "%s=%s&", name, url.QueryEscape(values[0]))
	}
	forms := strings.Join([]string{
		key, strings.TrimRight(key, "="), string(raw), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		url.QueryEscape(key), strings.ToLower(url.QueryEscape(testToken)), testSecretKey, testToken, url.QueryEscape(testToken),
		r.Header.Get("Authorization"), r.Header.Get("Authorization")[strings.LastIndex(r.Header.Get("Authorization"), "=")+1:],
	}, " ")
	quoted := escape(all.String() + forms)
	w.Header().Set("X-Cos-Request-Id", "R "+key)
	w.Header().Set("X-Cos-Trace-Id", "T "+testToken)
	w.WriteHeader(http.StatusForbidden)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>short %s</Message>`+
		`<StringToSign>%s</StringToSign><FormatString>%s</FormatString><Resource>%s</Resource><RequestId>%s</RequestId></Error>`,
		escape(forms[:len(forms)/2])+quoted, quoted, quoted, quoted, quoted)
}

func TestNoErrorAndNoLogShowsASecret(t *testing.T) {
	t.Parallel()
	s := newServer(t, quoting)
	c := s.client(t, func(cfg *Config) { cfg.MaxRetries = 0 })
	key := testKey(t)
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	settings := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}
	up := Upload{Location: testObject, ID: "U", customerKey: key}
	calls := map[string]func() error{
		"head": func() error { _, err := c.Head(ctx, testObject, HeadInput{CustomerKey: key}); return err },
		"put": func() error {
			_, err := c.Put(ctx, testObject, PutInput{Body: text("x"), Encryption: settings})
			return err
		},
		"copy": func() error {
			_, err := c.Copy(ctx, testObject, CopyInput{Source: testObject, SourceKey: key, Encryption: settings})
			return err
		},
		"initiate": func() error {
			_, err := c.InitiateMultipart(ctx, testObject, UploadInput{Encryption: settings})
			return err
		},
		"part": func() error { _, err := c.UploadPart(ctx, up, 1, text("x"), ""); return err },
		"part copy": func() error {
			_, err := c.UploadPartCopy(ctx, up, 1, CopyInput{Source: testObject, SourceKey: key}, 0, 1)
			return err
		},
		"get": func() error { _, _, err := c.GetRange(ctx, testObject, HeadInput{CustomerKey: key}, 0, -1); return err },
		"explain": func() error {
			return c.Explain(ctx, testObject, HeadInput{CustomerKey: key}, &Error{Op: "HeadObject", Status: 403})
		},
		"list": func() error { _, err := c.List(ctx, testObject.Region, testObject.Bucket, ListInput{}); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			err := call()
			if err == nil {
				t.Fatal("no error")
			}
			if name != "head" && !errors.Is(err, ErrSignature) {
				t.Errorf("error %v, want ErrSignature", err)
			}
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("%T", err)
			}
			if name != "head" && !strings.HasPrefix(refused.Message, "short ") {
				t.Errorf("the message is lost: %q", refused.Message)
			}
			if name != "head" && !strings.Contains(refused.Message, "(redacted)") {
				t.Errorf("the message had nothing to hide: %q", refused.Message)
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
				findCanary(t, verb, fmt.Sprintf(verb, err))
				findCanary(t, verb, fmt.Sprintf(verb, *refused))
			}
		})
	}
	findCanary(t, "the log", log.String())
	if got := strings.Count(log.String(), `"operation":"PutObject"`); got != 1 {
		t.Errorf("%d lines about the PUT", got)
	}
}

func TestNoValueShowsASecret(t *testing.T) {
	t.Parallel()
	s := newServer(t, reset)
	key := testKey(t)
	c := s.client(t)
	settings := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}
	_, lost := c.Put(t.Context(), testObject, PutInput{Body: text("x"), Encryption: settings})
	values := map[string]any{
		"client": c, "put": PutInput{Encryption: settings}, "copy": CopyInput{SourceKey: key, Encryption: settings},
		"head": HeadInput{CustomerKey: key}, "upload": Upload{customerKey: key}, "transport error": lost,
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
			findCanary(t, name+" as "+verb, fmt.Sprintf(verb, v))
		}
	}
}

func TestMessagesAreCut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, message, code string }{
		"long":         {"<Error><Code>C</Code><Message>" + strings.Repeat("é", 400) + "</Message></Error>", strings.Repeat("é", 300) + "…", "C"},
		"controls":     {"<Error><Code>C</Code><Message>a\n\tb&#x85;c</Message></Error>", "a  bc", "C"},
		"not XML":      {"<html>proxy says no " + testSecretKey, "", ""},
		"cut":          {"<Error><Code>C</Code><Message>m</Message><Reque", "m", "C"},
		"cut in a tag": {"<Error><Code>C</Code><Mess", "", "C"},
		"another root": {"<Fault><Code>C</Code></Fault>", "", ""},
		"empty":        {"", "", ""},
		"huge":         {"<Error><Code>C</Code><Message>m</Message><FormatString>" + strings.Repeat("x", 1<<20), "m", "C"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(403, tc.body))
			_, err := s.client(t).ACL(t.Context(), testObject)
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("error %v", err)
			}
			if refused.Message != tc.message || refused.Code != tc.code || refused.RequestID != "REQ-1" {
				t.Errorf("code %q, message %q, request id %q", refused.Code, refused.Message, refused.RequestID)
			}
		})
	}
}

func TestScrubberLeavesTheRest(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(403, "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>"))
	_, err := s.client(t).ACL(t.Context(), testObject)
	if want := "GetObjectACL cos://lab-1250000000/dir/a b.txt: 403 AccessDenied: Access Denied. (request id REQ-1)"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
