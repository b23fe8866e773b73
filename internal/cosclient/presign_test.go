package cosclient_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// send sends a presigned request with a plain HTTP client, as its receiver does.
// It returns the status, and the error code or the body.
func send(t *testing.T, s *cosmock.Server, method string, p cosclient.Presigned, headers map[string]string, body string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
		if name == "host" {
			req.Host = value // net/http uses only this field
		}
	}
	transport := s.Transport()
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

const awkwardKey = "dir/a b+~('中).txt"

// The URL and headers are exactly what a plain HTTP client needs; nothing can be
// left out.
func TestPresign(t *testing.T) {
	t.Parallel()
	keyA := customerKey(t, "A")
	sseC := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: keyA}
	kms := sse.Settings{Mode: sse.ModeKMS, KMSKeyID: kmsKey, Context: sse.NewContext(map[string]string{"team": "a"})}
	for name, tc := range map[string]struct {
		stored  sse.Settings
		in      cosclient.PresignInput
		headers []string
	}{
		"GET, SSE-COS": {sse.Settings{Mode: sse.ModeAES256}, cosclient.PresignInput{Method: "GET"}, nil},
		"GET, SSE-KMS": {sse.Settings{Mode: sse.ModeKMS}, cosclient.PresignInput{Method: "GET"}, nil},
		"GET, SSE-C": {sseC, cosclient.PresignInput{Method: "GET", Encryption: sseC}, []string{
			"x-cos-server-side-encryption-customer-algorithm", "x-cos-server-side-encryption-customer-key", "x-cos-server-side-encryption-customer-key-md5"}},
		"HEAD, SSE-C": {sseC, cosclient.PresignInput{Method: "HEAD", Encryption: sseC}, []string{
			"x-cos-server-side-encryption-customer-algorithm", "x-cos-server-side-encryption-customer-key", "x-cos-server-side-encryption-customer-key-md5"}},
		"PUT, SSE-KMS": {sse.Settings{}, cosclient.PresignInput{Method: "PUT", Encryption: kms}, []string{
			"x-cos-server-side-encryption", "x-cos-server-side-encryption-context", "x-cos-server-side-encryption-cos-kms-key-id"}},
		"PUT, SSE-C": {sse.Settings{}, cosclient.PresignInput{Method: "PUT", Encryption: sseC}, []string{
			"x-cos-server-side-encryption-customer-algorithm", "x-cos-server-side-encryption-customer-key", "x-cos-server-side-encryption-customer-key-md5"}},
	} {
		for host, template := range map[string]string{"COS's own host": "", "the server's host": "server"} {
			t.Run(name+", "+host, func(t *testing.T) {
				t.Parallel()
				s, c := start(t)
				wanted := slices.Clone(tc.headers)
				if template == "" {
					c = client(t, s, func(cfg *cosclient.Config) { cfg.Endpoint = cosclient.Endpoint{} })
				} else {
					wanted = append([]string{"host"}, wanted...)
				}
				loc := at(s, awkwardKey)
				if tc.in.Method != "PUT" {
					if err := s.PutObject(s.Bucket(), loc.Key, cosmock.NewObject{Body: strings.NewReader("hello"),
						Mode: tc.stored.Mode, KMSKeyID: tc.stored.KMSKeyID, CustomerKey: tc.stored.CustomerKey}); err != nil {
						t.Fatal(err)
					}
				}
				in := tc.in
				in.Life = time.Minute
				p, err := c.Presign(t.Context(), loc, in)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(wanted, slices.Sorted(maps.Keys(p.Header))); diff != "" {
					t.Errorf("headers (-want +got):\n%s", diff)
				}
				u, err := url.Parse(p.URL)
				if err != nil {
					t.Fatal(err)
				}
				signed := strings.Split(u.Query().Get("q-header-list"), ";")
				for name := range p.Header {
					if !slices.Contains(signed, name) {
						t.Errorf("the header %s is not signed", name)
					}
				}
				if !slices.Contains(signed, "host") {
					t.Error("the host is not signed")
				}
				for _, form := range []string{keyA.Base64(), string(keyA.Bytes()), url.QueryEscape(keyA.Base64()), fmt.Sprintf("%x", keyA.Bytes())} {
					if strings.Contains(p.URL, form) {
						t.Errorf("the customer key stands in the URL, as %q", form)
					}
				}

				for name := range p.Header {
					less := maps.Clone(p.Header)
					delete(less, name)
					if status, body := send(t, s, in.Method, p, less, "hello"); status != 400 && status != 403 && status != 404 {
						t.Errorf("without the header %s: %d %s", name, status, body)
					}
				}
				other := map[string]string{"GET": "PUT", "HEAD": "PUT", "PUT": "GET"}[in.Method]
				if status, _ := send(t, s, other, p, p.Header, "hello"); status != 403 {
					t.Errorf("the URL for %s is good for %s: %d", in.Method, other, status)
				}
				status, body := send(t, s, in.Method, p, p.Header, "hello")
				if status != 200 || in.Method == "GET" && body != "hello" {
					t.Fatalf("%d %q", status, body)
				}
				stored, ok := s.Object(s.Bucket(), loc.Key)
				if !ok {
					t.Fatal("there is no object")
				}
				if in.Method == "PUT" {
					got := sse.Observed{Mode: stored.Mode, KMSKeyID: stored.KMSKeyID, CustomerKeyMD5: stored.CustomerKeyMD5}
					if !in.Encryption.Matches(got) {
						t.Errorf("stored with %s", got)
					}
				}
			})
		}
	}
}

// A URL expires at the given time, or with the credentials if that is earlier.
func TestPresignEnds(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	soon := time.Now().Add(10 * time.Minute).Truncate(time.Second)
	temporary := cosmock.Credential{SecretID: "AKIDtemporary", SecretKey: "temporary-secret-key", SessionToken: "canary/token+value=="}
	s, c := start(t, func(o *cosmock.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		o.Credentials = []cosmock.Credential{temporary}
	})
	if err := s.PutObject(s.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello")}); err != nil {
		t.Fatal(err)
	}
	short := client(t, s, func(cfg *cosclient.Config) {
		cfg.Credentials = credentials.Static{Value: credentials.Value{
			SecretID: temporary.SecretID, SecretKey: temporary.SecretKey, SecurityToken: temporary.SessionToken, Expires: soon}}
	})
	permanent, err := c.Presign(t.Context(), at(s, "a"), cosclient.PresignInput{Method: "GET", Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if life := time.Until(permanent.Expires); life < 59*time.Minute || life > time.Hour {
		t.Errorf("it lives for %s", life)
	}
	limited, err := short.Presign(t.Context(), at(s, "a"), cosclient.PresignInput{Method: "GET", Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if !limited.Limited || permanent.Limited {
		t.Errorf("limited: %v, and with a permanent key %v", limited.Limited, permanent.Limited)
	}
	if !limited.Expires.Equal(soon) {
		t.Errorf("it ends at %s, the credentials at %s", limited.Expires, soon)
	}
	u, _ := url.Parse(limited.URL)
	if got := u.Query().Get("x-cos-security-token"); got != temporary.SessionToken {
		t.Errorf("the token is %q", got)
	}
	if list := u.Query().Get("q-url-param-list"); list != "x-cos-security-token" {
		t.Errorf("signed parameters: %s", list)
	}
	for _, step := range []struct {
		after              time.Duration
		permanent, limited int
	}{{0, 200, 200}, {9 * time.Minute, 200, 200}, {11 * time.Minute, 200, 403}, {59 * time.Minute, 200, 403}, {61 * time.Minute, 403, 403}} {
		ahead.Store(int64(step.after))
		if status, _ := send(t, s, "GET", permanent, permanent.Header, ""); status != step.permanent {
			t.Errorf("after %s: %d", step.after, status)
		}
		if status, _ := send(t, s, "GET", limited, limited.Header, ""); status != step.limited {
			t.Errorf("with temporary credentials, after %s: %d", step.after, status)
		}
	}
	late := client(t, s, func(cfg *cosclient.Config) {
		cfg.Credentials = credentials.Static{Value: credentials.Value{SecretID: "i", SecretKey: "k", Expires: time.Now().Add(-time.Second)}}
	})
	if _, err := late.Presign(t.Context(), at(s, "a"), cosclient.PresignInput{Method: "GET", Life: time.Hour}); !errors.Is(err, cosclient.ErrExpiredToken) {
		t.Errorf("with credentials that have expired: %v", err)
	}
}

func TestPresignVersion(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	if err := s.SetVersioning(s.Bucket(), "Enabled"); err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, body := range []string{"one", "two"} {
		if err := s.PutObject(s.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(body)}); err != nil {
			t.Fatal(err)
		}
		o, _ := s.Object(s.Bucket(), "a")
		versions = append(versions, o.VersionID)
	}
	for version, want := range map[string]string{versions[0]: "one", versions[1]: "two", "": "two"} {
		p, err := c.Presign(t.Context(), at(s, "a"), cosclient.PresignInput{Method: "GET", VersionID: version, Life: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if status, body := send(t, s, "GET", p, p.Header, ""); status != 200 || body != want {
			t.Errorf("version %q: %d %q", version, status, body)
		}
		if version != versions[1] {
			continue
		}
		other := strings.ReplaceAll(p.URL, url.QueryEscape(versions[1]), url.QueryEscape(versions[0]))
		if other == p.URL {
			t.Errorf("the version is not in the URL")
		}
		p.URL = other
		if status, _ := send(t, s, "GET", p, p.Header, ""); status != 403 {
			t.Errorf("the version is not signed: %d", status)
		}
	}
}

func TestPresignRefuses(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	plain, err := cosclient.ParseEndpoint(s.HTTPURL())
	if err != nil {
		t.Fatal(err)
	}
	insecure := client(t, s, func(cfg *cosclient.Config) { cfg.Endpoint = plain })
	sseC := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "A")}
	for name, tc := range map[string]struct {
		client *cosclient.Client
		loc    cosclient.Location
		in     cosclient.PresignInput
		is     error
	}{
		"DELETE":                    {c, at(s, "a"), cosclient.PresignInput{Method: "DELETE"}, cosclient.ErrNotPresignable},
		"lower case":                {c, at(s, "a"), cosclient.PresignInput{Method: "get"}, cosclient.ErrNotPresignable},
		"no life":                   {c, at(s, "a"), cosclient.PresignInput{Method: "GET", Life: -1}, cosclient.ErrNotPresignable},
		"a long life":               {c, at(s, "a"), cosclient.PresignInput{Method: "GET", Life: 8 * 24 * time.Hour}, cosclient.ErrNotPresignable},
		"PUT without encryption":    {c, at(s, "a"), cosclient.PresignInput{Method: "PUT"}, cosclient.ErrNotPresignable},
		"PUT with SSE-COS":          {c, at(s, "a"), cosclient.PresignInput{Method: "PUT", Encryption: sse.Settings{Mode: sse.ModeAES256}}, cosclient.ErrNotPresignable},
		"PUT with SSE-C and no key": {c, at(s, "a"), cosclient.PresignInput{Method: "PUT", Encryption: sse.Settings{Mode: sse.ModeCustomer}}, cosclient.ErrNotPresignable},
		"PUT to a version":          {c, at(s, "a"), cosclient.PresignInput{Method: "PUT", VersionID: "1", Encryption: sseC}, cosclient.ErrNotPresignable},
		"GET with SSE-KMS":          {c, at(s, "a"), cosclient.PresignInput{Method: "GET", Encryption: sse.Settings{Mode: sse.ModeKMS}}, cosclient.ErrNotPresignable},
		"a key over http":           {insecure, at(s, "a"), cosclient.PresignInput{Method: "GET", Encryption: sseC}, cosclient.ErrInsecure},
		"no key":                    {c, at(s, ""), cosclient.PresignInput{Method: "GET"}, cosclient.ErrInvalidLocation},
	} {
		in := tc.in
		if in.Life == 0 {
			in.Life = time.Minute
		}
		if p, err := tc.client.Presign(t.Context(), tc.loc, in); !errors.Is(err, tc.is) || p.URL != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.Requests()) > 0 {
		t.Errorf("requests were sent: %v", methods(s))
	}
}

func TestPresignedIsNotPrinted(t *testing.T) {
	t.Parallel()
	p := cosclient.Presigned{URL: "https://canary", Header: map[string]string{"x": "canary"}}
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		fmt.Fprintf(&b, verb+" "+verb+" ", p, &p)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&b, p.String(), p.GoString(), p.LogValue(), string(text))
	if strings.Contains(b.String(), "canary") || strings.Contains(b.String(), fmt.Sprintf("%x", "canary")) {
		t.Errorf("printed: %s", b.String())
	}
}
