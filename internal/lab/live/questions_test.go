package main

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Every open question has a row, and each row is either asked or says why not.
func TestQuestions(t *testing.T) {
	const open = 19
	const more = 12 // CRC64, listings, whether they agree with HEAD, and nine that public evidence answers in part
	form := regexp.MustCompile(`^(\d+)([a-z]?)$`)
	seen := map[string]bool{}
	var numbers []int
	for _, q := range questions() {
		match := form.FindStringSubmatch(q.id)
		if match == nil || seen[q.id] {
			t.Errorf("%q is no id, or is there twice", q.id)
			continue
		}
		seen[q.id] = true
		if n, _ := strconv.Atoi(match[1]); !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
		if q.text == "" || (q.ask == nil) == (q.unasked == "") {
			t.Errorf("%s has no text, or not one of a request and a reason", q.id)
		}
	}
	var want []int
	for n := range open + more {
		want = append(want, n+1)
	}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Errorf("numbers, in order (-want +got):\n%s", diff)
	}
}

// A difference between COS and the bundled server's defaults shows in the rows about it and in no others. Equal columns
// therefore mean equal behavior. Every question is asked for every difference, which takes minutes with the race
// detector: it is an acceptance test.
func TestAccDifferences(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("thousands of requests: acceptance tests run with TF_ACC set")
	}
	undocumented := func(u cosmock.Undocumented) func(*cosmock.Options) {
		return func(o *cosmock.Options) { o.Undocumented = u }
	}
	forbidden := cosmock.Answer{Status: 403, Code: "AccessDenied"}
	for name, tc := range map[string]struct {
		server func(*cosmock.Options)
		differ []string
	}{
		"the same server":                 {func(*cosmock.Options) {}, nil},
		"no key is a 403":                 {undocumented(cosmock.Undocumented{CustomerKeyMissing: forbidden}), []string{"1a", "1b", "1e"}},
		"a wrong key is a 403":            {undocumented(cosmock.Undocumented{CustomerKeyWrong: forbidden}), []string{"1c", "1d", "1f", "1s"}},
		"a bad triple has another code":   {undocumented(cosmock.Undocumented{CustomerKeyInvalid: cosmock.Answer{Code: "InvalidRequest"}}), []string{"1i", "1j", "1k", "1l", "1m", "1n", "1o", "3"}},
		"a plain object with SSE-C":       {undocumented(cosmock.Undocumented{CustomerKeyNotApplicable: cosmock.Answer{Status: 409, Code: "Conflict"}}), []string{"1g", "1h"}},
		"SSE-C over HTTP, another code":   {undocumented(cosmock.Undocumented{CustomerKeyInsecure: forbidden}), []string{"2a", "2b"}},
		"SSE-C over HTTP is accepted":     {undocumented(cosmock.Undocumented{CustomerKeyOverHTTP: true}), []string{"2a", "2b"}},
		"unpadded keys are accepted":      {undocumented(cosmock.Undocumented{CustomerKeyUnpadded: true}), []string{"3"}},
		"mixed encryption, another code":  {undocumented(cosmock.Undocumented{MixedEncryption: forbidden}), []string{"1p", "1q"}},
		"the documented code of a mode":   {undocumented(cosmock.Undocumented{UnknownAlgorithm: cosmock.Answer{Code: "SSEContentNotSupported"}}), []string{"4a", "4b", "6a"}},
		"a bad context, another code":     {undocumented(cosmock.Undocumented{InvalidContext: cosmock.Answer{Code: "KmsException"}}), []string{"5b", "5c"}},
		"a part without its key":          {undocumented(cosmock.Undocumented{PartKeyMissing: cosmock.Answer{Code: "SsecDecryptHeaderInvalid"}}), []string{"1r"}},
		"strict about parts":              {undocumented(cosmock.Undocumented{StrictPartHeaders: true}), []string{"11a", "11b", "11d", "11e"}},
		"no set of tags":                  {undocumented(cosmock.Undocumented{NoSuchTagSet: true}), []string{"16"}},
		"DELETE of nothing is a 200":      {undocumented(cosmock.Undocumented{DeleteMissingStatus: 200}), []string{"14"}},
		"no leading slashes":              {undocumented(cosmock.Undocumented{LeadingSlashRefused: true}), []string{"18"}},
		"CRC64 with copies":               {undocumented(cosmock.Undocumented{CopyCRC64Header: true}), []string{"20e"}},
		"another content type":            {undocumented(cosmock.Undocumented{DefaultContentType: "text/plain"}), []string{"10a"}},
		"no type by the extension":        {undocumented(cosmock.Undocumented{TypeByExtensionOff: true}), []string{"10b", "10c", "10d"}},
		"conditional writes":              {undocumented(cosmock.Undocumented{ConditionalWrites: true}), []string{"9b", "23a", "23b", "23c"}},
		"longer tags":                     {undocumented(cosmock.Undocumented{LongerTags: true}), []string{"24c", "24d"}},
		"classes of multi-AZ buckets":     {undocumented(cosmock.Undocumented{MultiAZStrict: true}), []string{"25a", "25b"}},
		"strict about restoring":          {undocumented(cosmock.Undocumented{RestoreStrict: true}), []string{"25c"}},
		"HEAD with a range":               {undocumented(cosmock.Undocumented{HeadRange: true}), []string{"29"}},
		"null as a version's id":          {undocumented(cosmock.Undocumented{NullVersionID: true}), []string{"30"}},
		"lock headers, another code":      {undocumented(cosmock.Undocumented{LockRefused: forbidden}), []string{"26b"}},
		"an origin-pull rule":             {func(o *cosmock.Options) { o.OriginPull.Origin = "https://origin.example.com" }, []string{"12", "27a", "27b"}},
		"the reason in the message":       {undocumented(cosmock.Undocumented{ReasonInMessage: true}), []string{"8a", "8b"}},
		"SM4":                             {func(o *cosmock.Options) { o.SM4 = true }, []string{"6a"}},
		"forced downloads":                {func(o *cosmock.Options) { o.ForceDownload = true }, []string{"15"}},
		"forced downloads, HEAD as well":  {func(o *cosmock.Options) { o.ForceDownload, o.Undocumented.ForceDownloadHead = true, true }, []string{"15"}},
		"a plus in listings":              {undocumented(cosmock.Undocumented{PlusInListings: true}), []string{"21d"}},
		"a listing that lags":             {func(o *cosmock.Options) { o.ListingLag = 100 * time.Millisecond }, []string{"21a", "21b", "21c"}},
		"a listing that lags for long":    {func(o *cosmock.Options) { o.ListingLag = time.Second }, []string{"21a", "21b", "21c", "21d", "22a", "22b", "22c", "22d", "22e", "22f", "22g", "22h", "22i", "22j", "22k", "22l"}},
		"parts listed by their beginning": {undocumented(cosmock.Undocumented{PartsListedEarlier: true}), []string{"22e", "22f", "22g", "22h"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			w := newWorld(t, clock.options, tc.server)
			clock.rules(w)
			w.patience, w.pause = 200*time.Millisecond, time.Second // by the world's clock
			if err := w.runs(t, t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			var differ []string
			for _, q := range questions() {
				if cells := w.row(t, q.id); cells[4] == "**no**" {
					differ = append(differ, q.id)
				}
			}
			if diff := cmp.Diff(tc.differ, differ); diff != "" {
				t.Errorf("rows that differ (-want +got):\n%s", diff)
			}
			if left := w.contents(t); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// The bundled server gets the bucket's versioning and default encryption, so that only undocumented behavior differs.
func TestBucketStates(t *testing.T) {
	for name, tc := range map[string]struct {
		versioning string
		mode       sse.Mode
		id, answer string
	}{
		"versioning never set": {"", sse.ModeNone, "7a", "versioning never set: no header"},
		"versioning enabled":   {cosmock.VersioningEnabled, sse.ModeNone, "7a", "versioning Enabled: an id"},
		"versioning suspended": {cosmock.VersioningSuspended, sse.ModeNone, "7b", "versioning Suspended: `null`"},
		"encryption SSE-COS":   {"", sse.ModeAES256, "17", "stored: AES256; the default: AES256"},
		"encryption SSE-KMS":   {cosmock.VersioningEnabled, sse.ModeKMS, "17", "stored: cos/kms; the default: KMS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if tc.versioning != "" {
				if err := w.SetVersioning(w.Bucket(), tc.versioning); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.SetDefaultEncryption(w.Bucket(), tc.mode, ""); err != nil {
				t.Fatal(err)
			}
			w.sows(t)
			before := w.contents(t)
			w.ResetRequests()
			if err := w.runs(t, t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			w.onlyBelowThePrefix(t)
			if diff := cmp.Diff(before, w.contents(t)); diff != "" {
				t.Errorf("what the bucket holds (-before +after):\n%s", diff)
			}
			w.nothingLeft(t)
			for _, q := range questions() {
				if cells := w.row(t, q.id); cells[4] == "**no**" || strings.HasPrefix(cells[2], "no ") {
					t.Errorf("%q", cells)
				}
			}
			if cells := w.row(t, tc.id); cells[2] != tc.answer {
				t.Errorf("the answer to %s is %q, want %q", tc.id, cells[2], tc.answer)
			}
		})
	}
}

// The table shows answers that could not be obtained or were not asked for; the other questions are still asked.
func TestNoAnswer(t *testing.T) {
	w := newWorld(t)
	w.answers(func(r *http.Request) *http.Response {
		switch {
		case strings.Contains(r.URL.Path, "questions/9a/") && r.Header.Get("X-Cos-Forbid-Overwrite") == "":
			return refusal(403, "AccessDenied", "Access Denied.")
		case strings.Contains(r.URL.Path, "questions/14/") && r.Method == http.MethodDelete:
			return refusal(503, "SlowDown", "quoted: "+w.keyA.Base64()+" "+fmt.Sprintf("%x", w.keyB.Bytes())+" "+w.SecretKey())
		}
		return nil
	})
	w.credential.Token = rawcos.NewSecret("")
	w.plainEndpoint = "http://127.0.0.1:1"
	err := w.runs(t, t.Context(), nil)
	if err == nil || err.Error() != "2 questions got no answer" {
		t.Errorf("the error is %v", err)
	}
	for id, want := range map[string]string{"2a": "no answer: PUT ", "9a": "not reached: the PUT before it was answered by 403 AccessDenied", "14": "503 SlowDown", "16": "200, a set of 0 tags"} {
		if cells := w.row(t, id); !strings.HasPrefix(cells[2], want) {
			t.Errorf("%q", cells)
		}
	}
	if !strings.Contains(w.out.String(), "14: 503 SlowDown: quoted: (redacted) (redacted) (redacted)") {
		t.Errorf("the secrets were not cut out:\n%s", w.out.String())
	}
	if found := acctest.Leaks(w.out.String(), w.keyA.Base64(), w.keyB.Base64(), w.SecretKey()); len(found) > 0 {
		t.Errorf("the report has a secret, as %q", found)
	}
}

// A security token is not sent over plain HTTP, and the remaining questions work with it.
func TestTemporaryCredentials(t *testing.T) {
	const id, key, token = "AKIDtemporary", "temporary-key", "temporary-token"
	w := newWorld(t, func(o *cosmock.Options) {
		o.Credentials = []cosmock.Credential{{SecretID: id, SecretKey: key, SessionToken: token}}
	})
	w.credential = rawcos.Credential{ID: id, Key: rawcos.NewSecret(key), Token: rawcos.NewSecret(token)}
	if err := w.runs(t, t.Context(), nil); err != nil {
		t.Error(err)
	}
	if cells := w.row(t, "2a"); !strings.HasPrefix(cells[2], "not asked: it would send the security token") {
		t.Errorf("%q", cells)
	}
	if cells := w.row(t, "8b"); cells[4] != "yes" {
		t.Errorf("%q", cells)
	}
	if strings.Contains(w.out.String(), token) {
		t.Error("the token was printed")
	}
}
