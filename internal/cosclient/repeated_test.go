package cosclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// refusalsOf sends two requests to a server, and one with another client, and
// returns their errors.
func refusalsOf(t *testing.T, answer http.HandlerFunc, change ...func(*Config)) (first, second, other error) {
	t.Helper()
	s := newServer(t, answer)
	c := s.client(t, change...)
	list := func(c *Client) error {
		_, err := c.List(t.Context(), testObject.Region, testObject.Bucket, ListInput{})
		return err
	}
	return list(c), list(c), list(s.client(t, change...))
}

// A cause that affects every object is explained once per client, that is, once
// per configured provider. A cause that is specific to an object is always
// explained.
func TestRepeated(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		says   string // "" if it is explained each time
	}{
		"signature":       {refusing(403, "SignatureDoesNotMatch"), "COS refuses the credentials (403 SignatureDoesNotMatch, request id REQ-1), as the first error of this kind explains."},
		"secret id":       {refusing(403, "InvalidAccessKeyId"), "COS refuses the credentials"},
		"expired token":   {refusing(400, "ExpiredToken"), "COS refuses the credentials"},
		"no bucket":       {refusing(404, "NoSuchBucket"), "the bucket lab-1250000000 does not exist in ap-guangzhou"},
		"another region":  {status(404, "<Error><Code>NoSuchBucket</Code></Error>", "X-Cos-Bucket-Region", "ap-beijing"), "the bucket lab-1250000000 is in another region"},
		"a redirect":      {status(301, "", "Location", "https://lab-1250000000.cos.ap-beijing.myqcloud.com/"), "the bucket lab-1250000000 is in another region"},
		"in arrears":      {refusing(451, "UnavailableForLegalReasons"), "the bucket lab-1250000000 is out of service"},
		"path style":      {refusing(403, "PathStyleDomainForbidden"), "COS refuses path-style addresses"},
		"access denied":   {refusing(403, "AccessDenied"), ""},
		"no such key":     {refusing(404, "NoSuchKey"), ""},
		"internal error":  {refusing(500, "InternalError"), ""},
		"slow down":       {refusing(503, "SlowDown"), ""},
		"no KMS key":      {refusing(400, "KmsKeyNotExist"), ""},
		"a broken answer": {reset, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second, other := refusalsOf(t, tc.answer)
			for what, err := range map[string]error{"first": first, "of another client": other} {
				if text, repeated := Repeated(err); err == nil || repeated {
					t.Errorf("the %s error is not explained: %q, %v", what, text, err)
				}
			}
			text, repeated := Repeated(second)
			if repeated != (tc.says != "") || !strings.HasPrefix(text, tc.says) {
				t.Errorf("the second: %q, want %q", text, tc.says)
			}
		})
	}
}

func TestRepeatedWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	n := &network{fails: refusedDial}
	c := over(t, n)
	c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	head := func(loc Location) error { _, err := c.Head(t.Context(), loc, HeadInput{}); return err }
	if text, repeated := Repeated(head(testObject)); repeated {
		t.Errorf("the first is not explained: %q", text)
	}
	text, repeated := Repeated(head(testObject))
	if !repeated || text != "there is still no connection to lab-1250000000.cos.ap-guangzhou.myqcloud.com, as the first error of this kind explains." {
		t.Errorf("the second: %t, %q", repeated, text)
	}
	elsewhere := testObject
	elsewhere.Bucket = "other-1250000000"
	if text, repeated := Repeated(head(elsewhere)); repeated {
		t.Errorf("another host is not explained: %q", text)
	}

	none := newServer(t, status(200, "")).client(t, func(cfg *Config) { cfg.Credentials = credentials.Static{} })
	for _, want := range []bool{false, true} {
		_, err := none.Head(t.Context(), testObject, HeadInput{})
		if text, repeated := Repeated(err); repeated != want {
			t.Errorf("without credentials: %t, %q, %v", repeated, text, err)
		}
	}
}

// If objects are written concurrently, exactly one error is explained.
func TestRepeatedIsSafe(t *testing.T) {
	t.Parallel()
	s := newServer(t, refusing(403, "InvalidAccessKeyId"))
	c := s.client(t)
	var explained atomic.Int64
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			_, err := c.List(t.Context(), testObject.Region, testObject.Bucket, ListInput{})
			if _, repeated := Repeated(err); !repeated {
				explained.Add(1)
			}
		})
	}
	all.Wait()
	if explained.Load() != 1 {
		t.Errorf("%d were explained", explained.Load())
	}
}

// Explain completes the error of a HEAD with the body of a GET, and preserves
// that a token was sent.
func TestExplainedErrorsAreShared(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		token string
		want  bool
	}{"with a token": {testToken, true}, "without": {"", false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, status(403, ""), refusing(403, "InvalidAccessKeyId"))
			c := s.client(t, func(cfg *Config) {
				cfg.Credentials = credentials.Static{Value: credentials.Value{SecretID: testSecretID, SecretKey: testSecretKey, SecurityToken: tc.token}}
			})
			_, err := c.Head(t.Context(), testObject, HeadInput{})
			err = c.Explain(t.Context(), testObject, HeadInput{}, err)
			if !errors.Is(err, ErrSignature) || errors.Is(err, ErrSignatureToken) != tc.want {
				t.Errorf("error %v", err)
			}
			if _, repeated := Repeated(err); repeated {
				t.Error("the first is not explained")
			}
			if _, repeated := Repeated(err); !repeated {
				t.Error("the second is explained")
			}
		})
	}
}

func TestRepeatedOfOtherErrors(t *testing.T) {
	t.Parallel()
	for _, err := range []error{nil, errors.New("x"), &Error{Status: 403, Code: "InvalidAccessKeyId"}, &TransportError{Err: ErrNoCredentials}} {
		for range 2 {
			if text, repeated := Repeated(err); repeated {
				t.Errorf("%v: %q", err, text)
			}
		}
	}
}
