package cosclient

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	testEncryptionHead = "<ServerSideEncryptionConfiguration><Rule>"
	testEncryptionTail = "</Rule></ServerSideEncryptionConfiguration>"
)

func encryptionAnswer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

func TestBucketEncryptionIsRead(t *testing.T) {
	t.Parallel()
	wrapped := func(inside string) string {
		return testEncryptionHead + "<ApplyServerSideEncryptionByDefault>" + inside + "</ApplyServerSideEncryptionByDefault>" + testEncryptionTail
	}
	for name, tc := range map[string]struct {
		answer string
		want   sse.Observed
		err    bool
	}{
		"SSE-COS":         {answer: wrapped("<SSEAlgorithm>AES256</SSEAlgorithm>"), want: sse.Observed{Mode: sse.ModeAES256}},
		"SM4":             {answer: wrapped("<SSEAlgorithm>SM4</SSEAlgorithm>"), want: sse.Observed{Mode: sse.ModeSM4}},
		"KMS":             {answer: wrapped("<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>id</KMSMasterKeyID>"), want: sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "id"}},
		"as with objects": {answer: wrapped("<SSEAlgorithm>cos/kms</SSEAlgorithm>"), want: sse.Observed{Mode: sse.ModeKMS}},
		"a stray key":     {answer: wrapped("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>id</KMSMasterKeyID>"), want: sse.Observed{Mode: sse.ModeAES256}},
		"a new mode":      {answer: wrapped("<SSEAlgorithm>AES512</SSEAlgorithm>"), want: sse.Observed{Mode: "AES512"}},
		"other wrapper":   {answer: strings.ReplaceAll(wrapped("<SSEAlgorithm>AES256</SSEAlgorithm>"), "ApplyServerSideEncryptionByDefault", "ApplySideEncryptionConfiguration"), want: sse.Observed{Mode: sse.ModeAES256}},
		"namespace and blanks": {answer: `<?xml version="1.0"?><ServerSideEncryptionConfiguration xmlns="http://example.com/">
  <Rule> <ApplyServerSideEncryptionByDefault> <SSEAlgorithm> KMS </SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`, want: sse.Observed{Mode: sse.ModeKMS}},
		"two rules":    {answer: "<ServerSideEncryptionConfiguration><Rule/><Rule/></ServerSideEncryptionConfiguration>", err: true},
		"no rule":      {answer: "<ServerSideEncryptionConfiguration/>", err: true},
		"no algorithm": {answer: wrapped(""), err: true},
		"another root": {answer: "<Tagging/>", err: true},
		"no XML":       {answer: "{}", err: true},
		"empty":        {answer: "", err: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, encryptionAnswer(tc.answer))
			got, err := WithoutPauses(s.client(t)).BucketEncryption(t.Context(), testObject.Region, testObject.Bucket)
			if (err != nil) != tc.err {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Observed()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if r := s.seen()[0]; r.Method != "GET" || r.URI != "/?encryption" {
				t.Errorf("asked by %s %s", r.Method, r.URI)
			}
		})
	}
}

// Unknown configuration is sent back unchanged, and settings for KMS are removed
// with KMS.
func TestBucketEncryptionKeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	const before = testEncryptionHead + `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>one</KMSMasterKeyID><KMSAlgorithm>SM4</KMSAlgorithm><Future a="b"><Name>x &amp; y</Name></Future></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>` + testEncryptionTail
	const future = `<Future a="b"><Name>x &amp; y</Name></Future></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>` + testEncryptionTail
	for name, tc := range map[string]struct {
		mode sse.Mode
		key  string
		want string
	}{
		"the same":    {sse.ModeKMS, "one", before},
		"another key": {sse.ModeKMS, "two", strings.ReplaceAll(before, "one", "two")},
		"no key":      {sse.ModeKMS, "", strings.ReplaceAll(before, "<KMSMasterKeyID>one</KMSMasterKeyID>", "")},
		"SSE-COS":     {sse.ModeAES256, "", testEncryptionHead + "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>" + future},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, encryptionAnswer(before), encryptionAnswer(""))
			c := s.client(t)
			e, err := c.BucketEncryption(t.Context(), testObject.Region, testObject.Bucket)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.PutBucketEncryption(t.Context(), testObject.Region, testObject.Bucket, e.With(tc.mode, tc.key)); err != nil {
				t.Fatal(err)
			}
			r := s.seen()[1]
			if diff := cmp.Diff(tc.want, r.Body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if r.Method != "PUT" || r.URI != "/?encryption" || r.Header.Get("Content-Md5") == "" {
				t.Errorf("sent by %s %s %v", r.Method, r.URI, r.Header)
			}
			if !e.Matches(sse.ModeKMS, "one") {
				t.Error("With has changed its receiver")
			}
		})
	}
}

func TestDeleteBucketEncryption(t *testing.T) {
	t.Parallel()
	refusal := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<Error><Code>"+code+"</Code></Error>")
		}
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		is     error
	}{
		"there":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, nil},
		"not there": {refusal(404, "NoSuchEncryptionConfiguration"), nil},
		"no bucket": {refusal(404, "NoSuchBucket"), ErrNoSuchBucket},
		"refused":   {refusal(403, "AccessDenied"), ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tc.answer)
			if err := s.client(t).DeleteBucketEncryption(t.Context(), testObject.Region, testObject.Bucket); !errors.Is(err, tc.is) {
				t.Errorf("%v, want %v", err, tc.is)
			}
			if r := s.seen()[0]; r.Method != "DELETE" || r.URI != "/?encryption" {
				t.Errorf("asked by %s %s", r.Method, r.URI)
			}
		})
	}
}
