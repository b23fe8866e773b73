package object_test

import (
	"bytes"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// gate stands in front of the server. It refuses some requests as COS refuses
// what CAM does not allow, and may change an answer.
type gate struct {
	refuse  func(*http.Request) bool
	change  func(*http.Response) error
	refused atomic.Int32

	url, ca string
}

func (g *gate) open(t *testing.T, w *acctest.World) *gate {
	t.Helper()
	to, err := url.Parse(w.URL())
	must(t, err)
	transport := w.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{
		Transport:      transport,
		ModifyResponse: g.change,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // it names the bucket, and is signed
		},
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.refuse == nil || !g.refuse(r) {
			proxy.ServeHTTP(w, r)
			return
		}
		g.refused.Add(1)
		w.Header().Set("X-Cos-Request-Id", "refused-at-the-gate")
		w.WriteHeader(http.StatusForbidden)
		if r.Method != http.MethodHead {
			_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>"))
		}
	}))
	t.Cleanup(server.Close)
	g.url = server.URL
	g.ca = filepath.Join(t.TempDir(), "gate.pem")
	must(t, os.WriteFile(g.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	return g
}

func (g *gate) provider(w *acctest.World, lines ...string) string {
	return providerWith(w, append(lines, "endpoint = "+acctest.Quote(g.url), "ca_certificate_file = "+acctest.Quote(g.ca))...)
}

func isListing(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == "/" }

// A listing that may not be read proves nothing: the state stays, and one
// warning in a run tells it, for whatever many objects, with what to do.
func TestAccListingRefused(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	g := (&gate{refuse: isListing}).open(t, w)
	ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
	config := func(lines ...string) {
		ws.Config(ephemeralVariable("key"), g.provider(w, lines...), strings.Replace(w.Object("x", "count = 3", writeOnly, hello), `"x"`, `"key-${count.index}"`, 1))
	}
	config()
	ws.Apply()
	state := ws.Attributes(testObject)
	for _, args := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"apply", "-auto-approve", "-refresh-only"}} {
		g.refused.Store(0)
		r := ws.Run(args...)
		if r.Code != 0 {
			t.Fatalf("%v ended with %d:\n%s", args, r.Code, r.Output())
		}
		checkReport(t, r, []string{"Warning: Encrypted Object Not Verified", "sse_customer_keys", acctest.KeyAMD5, "name/cos:GetBucket", "state is kept"}, acctest.KeyA)
		if got := strings.Count(r.Text(), "Not Verified"); got != 1 {
			t.Errorf("%v: %d warnings, want 1:\n%s", args, got, r.Output())
		}
		if g.refused.Load() == 0 {
			t.Errorf("%v asked for no listing: the gate is not in the way", args)
		}
	}
	if diff := cmp.Diff(state, ws.Attributes(testObject)); diff != "" {
		t.Errorf("the state changed (-before +after):\n%s", diff)
	}
	config("sse_customer_keys = { any = var.key }") // as the warning says
	if r := ws.EmptyPlan(); strings.Contains(r.Text(), "Not Verified") {
		t.Errorf("there is a warning with the key at hand:\n%s", r.Output())
	}
}

// Where everything is refused, nothing is known: an error, and the state stays.
func TestAccAllRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		refuse   func(*http.Request) bool
		provider []string
		says     []string
	}{
		"by a policy":      {refuse: func(*http.Request) bool { return true }, says: []string{"403", "AccessDenied", "name/cos:HeadObject"}},
		"for a wrong key":  {provider: []string{"secret_key = " + acctest.Quote(wrongSecret)}, says: []string{"SignatureDoesNotMatch", "TENCENTCLOUD_SECRET_KEY"}},
		"for an old token": {provider: []string{`secret_id = "AKIDnobody"`}, says: []string{"InvalidAccessKeyId"}},
	} {
		for _, key := range []string{byName, writeOnly} {
			t.Run(name+", "+key[:strings.IndexByte(key, ' ')], func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				ws := acctest.NewWorkspace(t)
				ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
				ring := ""
				if key == byName {
					ring = "sse_customer_keys = { a = var.key }"
				}
				ws.Config(ephemeralVariable("key"), w.Provider(ring), w.Object("a", key, hello))
				ws.Apply()
				state := ws.Attributes(testObject)
				g := (&gate{refuse: tc.refuse}).open(t, w)
				ws.Config(ephemeralVariable("key"), g.provider(w, append(tc.provider, ring)...), w.Object("a", key, hello))
				for _, args := range [][]string{{"plan"}, {"plan", "-refresh-only"}, {"apply", "-auto-approve"}} {
					checkReport(t, ws.Fail(args...), append(tc.says, "Error: Unable to Read Encrypted Object", "cos://lab-1250000000/a"), acctest.KeyA, wrongSecret)
				}
				if diff := cmp.Diff(state, ws.Attributes(testObject)); diff != "" {
					t.Errorf("the state changed (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// What COS may answer and the server in the box does not: a key refused before
// anybody looks whether there is an object.
func TestAccRefusedWithKeyOnly(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
	ring := "sse_customer_keys = { a = var.key }"
	ws.Config(ephemeralVariable("key"), w.Provider(ring), w.Object("a", byName, hello))
	ws.Apply()
	g := (&gate{refuse: func(r *http.Request) bool { return r.Header.Get(sse.HeaderCustomerKey) != "" }}).open(t, w)
	ws.Config(ephemeralVariable("key"), g.provider(w, ring), w.Object("a", byName, hello))
	w.ResetRequests()
	ws.EmptyPlan() // the listing proves it
	if diff := cmp.Diff([]string{"HEAD 400", "GET 200"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	must(t, w.DeleteObject(w.Bucket(), "a"))
	w.ResetRequests()
	checkReport(t, ws.ChangedPlan(), []string{"will be created"}, acctest.KeyA)
	// The second one is for the bucket: nothing else has shown yet that it exists.
	if diff := cmp.Diff([]string{"HEAD 404", "HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// A change of class alone, as by a lifecycle rule, leaves the time of the last
// write as it is. The listing tells it, also without the key.
func TestAccClassChangedWithoutKey(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		declared []string
		changed  bool
	}{
		"declared":     {[]string{`storage_class = "STANDARD"`}, true},
		"not declared": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			g := (&gate{change: archived}).open(t, w)
			ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
			object := w.Object("a", append(tc.declared, writeOnly, hello)...)
			ws.Config(ephemeralVariable("key"), w.Provider(), object)
			ws.Apply()
			ws.Config(ephemeralVariable("key"), g.provider(w), object)
			if tc.changed {
				checkReport(t, ws.ChangedPlan(), []string{`storage_class = "STANDARD_IA" -> "STANDARD"`}, acctest.KeyA)
			} else {
				ws.EmptyPlan()
			}
			ws.Apply("-refresh-only")
			got := ws.Attributes(testObject)
			if got["storage_class"] != "STANDARD_IA" || got["content_crc64"] == nil || got["sse_customer_key_md5"] != acctest.KeyAMD5 {
				t.Errorf("the state has %v", got)
			}
		})
	}
}

// archived makes a listing show another class.
func archived(r *http.Response) error {
	if !isListing(r.Request) {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	text = bytes.ReplaceAll(text, []byte(">STANDARD<"), []byte(">STANDARD_IA<"))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
	return nil
}

// Another version of the same object is told by the version id where there is
// a key, and by the time where there is none.
func TestAccVersionChanged(t *testing.T) {
	t.Parallel()
	for _, key := range []string{byName, writeOnly} {
		t.Run(key[:strings.IndexByte(key, ' ')], func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			must(t, s.SetVersioning(s.Bucket(), "Enabled"))
			ws := acctest.NewWorkspace(t)
			ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
			ring := ""
			if key == byName {
				ring = "sse_customer_keys = { a = var.key }"
			}
			ws.Config(ephemeralVariable("key"), s.Provider(ring), s.Object("a", key, hello))
			ws.Apply()
			first := ws.Attributes(testObject)["version_id"]
			s.later()
			s.rewrite("hello")
			if key == byName {
				// What it was is what a destruction compares with: it stays recorded.
				checkReport(t, ws.Run("plan", "-refresh-only"), []string{"No changes"}, acctest.KeyA)
				checkReport(t, ws.ChangedPlan(), []string{"~ version_id", "~ last_modified", "-> (known after apply)"}, acctest.KeyA)
			}
			s.ResetRequests()
			ws.Apply()
			for _, call := range s.Calls() {
				if !strings.HasPrefix(call, "HEAD ") && call != "GET 200" {
					t.Errorf("the same body was written again: %q", s.Calls())
				}
			}
			ws.EmptyPlan()
			if now, _ := s.Stored("a"); ws.Attributes(testObject)["version_id"] != now.VersionID || now.VersionID == first {
				t.Errorf("the version in the state is %v, stored is %s, was %v", ws.Attributes(testObject)["version_id"], now.VersionID, first)
			}
		})
	}
}

// Somebody rewrote the object with a key that nobody here has, and no bytes
// are declared that could be uploaded in its place.
func TestAccLostWithoutBytes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body  []string
		says  []string // of the apply; none is a repair
		sends []string
	}{
		"no body": {
			says: []string{"Unable to Update Encrypted Object", "written by somebody else with a customer key", "declare a body"},
		},
		"a copy": {
			body:  []string{"copy_source = { bucket = \"lab-1250000000\", key = \"source\" }"},
			sends: []string{"HEAD 400 customer", "HEAD 400", "HEAD 400", "GET 200", "PUT copy 200 customer", "HEAD 200 customer"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			must(t, s.PutObject(s.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
			ws := acctest.NewWorkspace(t)
			ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
			config := func(lines ...string) {
				ws.Config(ephemeralVariable("key"), s.Provider(), s.Object("a", append(lines, writeOnly)...))
			}
			body := tc.body
			if body == nil {
				body = []string{hello}
			}
			config(body...)
			ws.Apply()
			config(tc.body...)
			ws.Apply()
			s.later()
			s.rewrite("theirs", underKeyB(t))
			ws.Apply("-refresh-only") // what is known now is less than before, and it stays so
			checkReport(t, ws.ChangedPlan("-out=plan"), []string{"updated in-place", "+ sse_customer_key_md5"}, acctest.KeyA)
			s.ResetRequests()
			if tc.says != nil {
				checkReport(t, ws.Fail("apply", "plan"), tc.says, acctest.KeyA)
				if o, _ := s.Stored("a"); o.CustomerKeyMD5 != acctest.KeyBMD5 {
					t.Errorf("it is stored under the key of MD5 %s", o.CustomerKeyMD5)
				}
				config(hello) // as the error says
				ws.Apply()
			} else {
				applyPlan(t, ws)
				if diff := cmp.Diff(tc.sends, s.writes("a")); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			}
			ws.EmptyPlan()
			checkStored(t, s.World, "a", "hello", ways["SSE-C"].stored, customerKey(t, acctest.KeyA))
		})
	}
}

// A write-only key is also the key that the object has: a header changes by a
// copy, with no body on the wire.
func TestAccWriteOnlyKeyCopies(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ws := acctest.NewWorkspace(t)
	ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
	for _, lines := range [][]string{{hello}, {hello, `cache_control = "no-store"`}, {}, {`cache_control = "public"`}} {
		ws.Config(ephemeralVariable("key"), s.Provider(), s.Object("a", append(lines, writeOnly)...))
		s.ResetRequests()
		ws.Apply()
	}
	if diff := cmp.Diff([]string{"HEAD 400", "GET 200", "PUT copy 200 customer", "HEAD 200 customer"}, s.writes("a")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
	checkStored(t, s.World, "a", "hello", ways["SSE-C"].stored, customerKey(t, acctest.KeyA))
}
