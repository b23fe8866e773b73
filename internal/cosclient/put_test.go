package cosclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The content in COS's examples, and its CRC64.
const (
	exampleBody  = "[Object Content]"
	exampleCRC64 = "16749565679157681890"
	exampleMD5   = "7o3pGNBWQBRbGPcPTDqmAg=="
	exampleETag  = `"ee8de918d05640145b18f70f4c3aa602"`
)

func TestPutSendsWhatItIsTold(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, "", "ETag", exampleETag, "X-Cos-Hash-Crc64ecma", exampleCRC64, "X-Cos-Version-Id", "V1",
		sse.HeaderMode, "cos/kms", sse.HeaderKMSKeyID, "k-1"))
	got, err := s.client(t).Put(t.Context(), testObject, PutInput{
		Body: text(exampleBody), ContentMD5: exampleMD5,
		Attributes: Attributes{
			ContentType: "text/plain", CacheControl: "no-store", ContentDisposition: "inline", ContentEncoding: "identity",
			ContentLanguage: "de", Expires: "Thu, 01 Dec 2044 16:00:00 GMT", StorageClass: "STANDARD_IA",
			Metadata: map[string]string{"colour": "green", "with-dash": "1"},
		},
		Encryption: sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "k-1", Context: sse.NewContext(map[string]string{"a": "b"})},
		Tags:       map[string]string{"z": "1 2", "a&b": "c=d/+"}, ACL: "private", ForbidOverwrite: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Written{
		ETag: "ee8de918d05640145b18f70f4c3aa602", CRC64: exampleCRC64, VersionID: "V1", RequestID: "REQ-1", Verified: true,
		Encryption: sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k-1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	r := s.seen()[0]
	if r.Body != exampleBody {
		t.Errorf("body %q", r.Body)
	}
	if r.Path != "/dir/a b.txt" || r.URI != "/dir/a%20b.txt" || r.Host != "lab-1250000000.cos.ap-guangzhou.myqcloud.com" {
		t.Errorf("sent to %s, %s on %s", r.Path, r.URI, r.Host)
	}
	headers := map[string]string{}
	for name := range r.Header {
		headers[name] = r.Header.Get(name)
	}
	if !strings.Contains(headers["Authorization"], "q-signature=") {
		t.Error("no signature")
	}
	delete(headers, "Authorization")
	wantHeaders := map[string]string{
		"Content-Length": "16", "Content-Type": "text/plain", "Content-Md5": exampleMD5, "Cache-Control": "no-store",
		"Content-Disposition": "inline", "Content-Encoding": "identity", "Content-Language": "de",
		"Expires": "Thu, 01 Dec 2044 16:00:00 GMT", "User-Agent": "test/1", "X-Cos-Storage-Class": "STANDARD_IA",
		"X-Cos-Meta-Colour": "green", "X-Cos-Meta-With-Dash": "1", "X-Cos-Tagging": "a%26b=c%3Dd%2F%2B&z=1%202",
		"X-Cos-Acl": "private", "X-Cos-Forbid-Overwrite": "true", "X-Cos-Security-Token": testToken,
		sse.HeaderMode: "cos/kms", sse.HeaderKMSKeyID: "k-1", sse.HeaderKMSContext: "eyJhIjoiYiJ9",
	}
	if diff := cmp.Diff(wantHeaders, headers); diff != "" {
		t.Error(diff)
	}
}

func TestPutComparesChecksums(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, "", "ETag", exampleETag, "X-Cos-Hash-Crc64ecma", "1"))
	got, err := s.client(t).Put(t.Context(), testObject, PutInput{Body: text(exampleBody)})
	if !errors.Is(err, ErrCorrupted) {
		t.Fatalf("error %v, want ErrCorrupted", err)
	}
	if want := (Written{ETag: "ee8de918d05640145b18f70f4c3aa602", CRC64: "1", RequestID: "REQ-1"}); got != want {
		t.Errorf("written %+v, want %+v", got, want)
	}
	if n := len(s.seen()); n != 1 {
		t.Errorf("%d requests: an object that is stored is not sent again", n)
	}
}

func TestPutOfABodyThatChanged(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 1<<20)
	tests := map[string]struct {
		body         textBody
		wantRequests int
	}{
		"shorter":                {textBody{text: "abc", size: 4}, 1},
		"longer":                 {textBody{text: "abcde", size: 4}, 1},
		"longer by a megabyte":   {textBody{text: large + large, size: 1 << 20}, 1},
		"shorter by a megabyte":  {textBody{text: large, size: 2 << 20}, 1},
		"no longer empty":        {textBody{text: "a", size: 0}, 0},
		"empty and was not once": {textBody{text: "", size: 5}, 1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
			_, err := s.client(t).Put(t.Context(), testObject, PutInput{Body: tc.body})
			if !errors.Is(err, ErrBodyChanged) {
				t.Fatalf("error %v, want ErrBodyChanged", err)
			}
			s.Close() // waits for the handlers
			if n := len(s.seen()); n > tc.wantRequests {
				t.Errorf("%d requests, want %d at most", n, tc.wantRequests)
			}
			for _, r := range s.seen() {
				if r.Err == nil {
					t.Errorf("the server got a whole body of %d bytes", len(r.Body))
				}
			}
		})
	}
}

func TestPutOfAnEmptyBody(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, "", "ETag", `"d41d8cd98f00b204e9800998ecf8427e"`, "X-Cos-Hash-Crc64ecma", "0"))
	if _, err := s.client(t).Put(t.Context(), testObject, PutInput{Body: text("")}); err != nil {
		t.Fatal(err)
	}
	if got := s.seen()[0].Header.Get("Content-Length"); got != "0" {
		t.Errorf("Content-Length %q", got)
	}
}

// A refusal that arrives before the whole body is sent is not reported as a
// broken connection.
func TestAnEarlyRefusalIsHeard(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(refusing(403, "AccessDenied"))
	s.Config.ErrorLog = quiet
	s.StartTLS()
	defer s.Close()
	_, err := (&server{Server: s}).client(t).Put(t.Context(), testObject, PutInput{Body: text(strings.Repeat("x", 24<<20))})
	if !errors.Is(err, ErrForbidden) {
		t.Errorf("error %v, want ErrForbidden", err)
	}
}

// A success that arrives before the whole body is sent is an error, because COS
// cannot have stored all of it.
func TestAnEarlySuccessIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(status(200, "", "ETag", exampleETag))
	s.Config.ErrorLog = quiet
	s.StartTLS()
	defer s.Close()
	_, err := (&server{Server: s}).client(t).Put(t.Context(), testObject, PutInput{Body: text(strings.Repeat("x", 24<<20))})
	if !errors.Is(err, ErrCorrupted) {
		t.Errorf("error %v, want ErrCorrupted", err)
	}
}

type brokenBody struct{ Body }

func (b brokenBody) Open() (io.ReadCloser, error) {
	r, err := b.Body.Open()
	return io.NopCloser(io.MultiReader(io.LimitReader(r, 3), iotest.ErrReader(errBroken))), err
}

var errBroken = errors.New("disk on fire")

func TestABodyThatCanNotBeReadIsNotRetried(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	opened := 0
	body := text("abcdef")
	body.opened = &opened
	asked := false
	_, err := s.client(t).Put(t.Context(), testObject, PutInput{
		Body: brokenBody{body}, Landed: func(context.Context) (bool, error) { asked = true; return true, nil },
	})
	if !errors.Is(err, errBroken) || opened != 1 || asked {
		t.Errorf("error %v, opened %d times, asked %t", err, opened, asked)
	}
}

func TestPutWithoutABody(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	if _, err := s.client(t).Put(t.Context(), testObject, PutInput{}); err == nil || len(s.seen()) != 0 {
		t.Errorf("error %v after %d requests", err, len(s.seen()))
	}
}

func TestPutWithoutCredentials(t *testing.T) {
	t.Parallel()
	errNone := errors.New("no source has any")
	tests := map[string]struct {
		provider credentials.Provider
		is       error
	}{
		"the provider fails": {failing{errNone}, errNone},
		"an empty key":       {credentials.Static{Value: credentials.Value{SecretID: "id"}}, nil},
		"nothing":            {credentials.Static{}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(200, ""))
			_, err := s.client(t, func(cfg *Config) { cfg.Credentials = tc.provider }).Head(t.Context(), testObject, HeadInput{})
			if err == nil || tc.is != nil && !errors.Is(err, tc.is) || len(s.seen()) != 0 || !strings.Contains(err.Error(), "no credentials") {
				t.Errorf("error %v after %d requests", err, len(s.seen()))
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Retrieve(context.Context) (credentials.Value, error) {
	return credentials.Value{}, f.err
}

func TestNew(t *testing.T) {
	t.Parallel()
	ok := credentials.Static{}
	tests := map[string]Config{
		"no credentials":   {},
		"negative retries": {Credentials: ok, MaxRetries: -1},
		"negative timeout": {Credentials: ok, RequestTimeout: -1},
	}
	for name, cfg := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := New(cfg); err == nil {
				t.Error("accepted")
			}
		})
	}
	if c, err := New(Config{Credentials: ok}); err != nil || !c.Secure() {
		t.Errorf("the default: %v, %v", c, err)
	}
}

func BenchmarkHead(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	endpoint, err := ParseEndpoint(s.URL)
	if err != nil {
		b.Fatal(err)
	}
	c, err := New(Config{Endpoint: endpoint, Credentials: credentials.Static{Value: credentials.Value{SecretID: "i", SecretKey: "k"}}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Head(b.Context(), testObject, HeadInput{}); err != nil {
			b.Fatal(err)
		}
	}
}
