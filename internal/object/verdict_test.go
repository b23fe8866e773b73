package object_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// scene is a server whose clock only advances when a test says so, which makes "the
// same second" and "later" deterministic.
type scene struct {
	*acctest.World
	t     *testing.T
	ahead atomic.Int64
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t}
	start := time.Now().Truncate(time.Second)
	s.World = acctest.New(t, func(o *cosmock.Options) {
		o.Now = func() time.Time { return start.Add(time.Duration(s.ahead.Load())) }
	})
	return s
}

// later advances the clock by a few seconds.
func (s *scene) later() { s.ahead.Add(int64(3 * time.Second)) }

// rewrite writes the object again as somebody else, in the same second.
func (s *scene) rewrite(body string, changes ...func(*cosmock.NewObject)) {
	s.t.Helper()
	o := cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeCustomer, CustomerKey: customerKey(s.t, acctest.KeyA), Header: http.Header{"Content-Type": {"application/octet-stream"}}}
	for _, change := range changes {
		change(&o)
	}
	must(s.t, s.PutObject(s.Bucket(), "a", o))
}

// writes returns the requests of a repair, without those for tags and ACLs, which
// other tests cover. Listing requests have no key.
func (s *scene) writes(key string) []string {
	var calls []string
	for _, r := range s.Requests() {
		if r.Subresource == "" && (r.Key == key || r.Key == "") {
			calls = append(calls, acctest.Call(r))
		}
	}
	return calls
}

func underKeyB(t *testing.T) func(*cosmock.NewObject) {
	return func(o *cosmock.NewObject) { o.CustomerKey = customerKey(t, acctest.KeyB) }
}

func underMode(mode sse.Mode) func(*cosmock.NewObject) {
	return func(o *cosmock.NewObject) { o.Mode, o.CustomerKey = mode, sse.CustomerKey{} }
}

const (
	byName    = `sse_customer_key_name = "a"` // a refresh finds the key in the keyring
	writeOnly = `sse_customer_key_wo = var.key`
)

// The outcomes of a refresh: the requests it sends, the plan, and what an apply
// does. -refresh-only sends the same requests.
//
// With our runner: plan -refresh-only, and a saved plan, with the requests of each.
func TestAccVerdict(t *testing.T) {
	t.Parallel()
	withKey := func(status string) string { return "HEAD " + status + " customer" }
	for name, tc := range map[string]struct {
		key    string                        // the arguments that declare the key
		body   string                        // "" is "hello"; "none" is no longer declared
		before func(*scene)                  // prepares the bucket before the create
		change func(*testing.T, *scene)      // by somebody else
		asks   func(refused string) []string // requests of a refresh; refused is the status for a wrong customer key
		says   []string                      // the plan's output; nil for an empty plan
		sends  func(refused string) []string // requests of the repair
		warns  bool
	}{
		"200 with the key": {
			key:  byName,
			asks: func(string) []string { return []string{withKey("200")} },
		},
		"404 with the key": {
			key:    byName,
			change: func(t *testing.T, s *scene) { must(t, s.DeleteObject(s.Bucket(), "a")) },
			asks:   func(string) []string { return []string{withKey("404"), "HEAD 200"} }, // the second one is for the bucket
			says:   []string{"will be created"},
			sends:  func(string) []string { return []string{"HEAD 404", "PUT 200 customer 5 bytes", withKey("200")} },
		},
		"404 without a key": {
			key:    writeOnly,
			change: func(t *testing.T, s *scene) { must(t, s.DeleteObject(s.Bucket(), "a")) },
			asks:   func(string) []string { return []string{"HEAD 404", "HEAD 200"} }, // the second one is for the bucket
			says:   []string{"will be created"},
			sends:  func(string) []string { return []string{"HEAD 404", "PUT 200 customer 5 bytes", withKey("200")} },
		},
		"a delete marker": {
			key:    writeOnly,
			before: func(s *scene) { must(s.t, s.SetVersioning(s.Bucket(), "Enabled")) },
			change: func(t *testing.T, s *scene) { must(t, s.DeleteObject(s.Bucket(), "a")) },
			asks:   func(string) []string { return []string{"HEAD 404", "HEAD 200"} }, // the second one is for the bucket
			says:   []string{"will be created"},
			sends:  func(string) []string { return []string{"HEAD 404", "PUT 200 customer 5 bytes", withKey("200")} },
		},
		"refused with the key, 200 without: SSE-COS now": {
			key:    byName,
			change: func(_ *testing.T, s *scene) { s.rewrite("hello", underMode(sse.ModeAES256)) },
			asks:   func(refused string) []string { return []string{withKey(refused), "HEAD 200"} },
			says:   []string{"updated in-place", `server_side_encryption = "AES256" -> null`, `+ sse_customer_key_name = "a"`, "+ sse_customer_key_md5"},
			sends:  func(string) []string { return []string{"PUT copy 200 customer", withKey("200")} },
		},
		"200 without a key: KMS now": {
			key:    writeOnly,
			change: func(_ *testing.T, s *scene) { s.rewrite("hello", underMode(sse.ModeKMS)) },
			asks:   func(string) []string { return []string{"HEAD 200"} },
			says:   []string{"updated in-place", `server_side_encryption = "cos/kms" -> null`, "+ sse_customer_key_md5"},
			sends:  func(string) []string { return []string{"PUT copy 200 customer", withKey("200")} },
		},
		"200 without a key: no encryption now": {
			key:    writeOnly,
			change: func(_ *testing.T, s *scene) { s.rewrite("hello", underMode(sse.ModeNone)) },
			asks:   func(string) []string { return []string{"HEAD 200"} },
			says:   []string{"updated in-place", "+ sse_customer_key_md5"},
			sends:  func(string) []string { return []string{"PUT copy 200 customer", withKey("200")} },
		},
		"the listing has the same": {
			key:  writeOnly,
			asks: func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
		},
		"the listing is newer, the body and the key are the same": {
			key:    writeOnly,
			change: func(_ *testing.T, s *scene) { s.later(); s.rewrite("hello") },
			asks:   func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			says:   []string{"updated in-place", "+ content_crc64", "+ sse_customer_key_md5", "~ last_modified"},
			sends:  func(string) []string { return []string{withKey("200")} },
		},
		"the listing is newer, another body": {
			key:    writeOnly,
			change: func(_ *testing.T, s *scene) { s.later(); s.rewrite("HELLO") },
			asks:   func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			says:   []string{"updated in-place", "+ content_crc64", "+ sse_customer_key_md5"},
			sends: func(string) []string {
				return []string{withKey("200"), withKey("200"), "PUT 200 customer 5 bytes", withKey("200")}
			},
		},
		"the listing is newer, another key": {
			key:    byName,
			change: func(t *testing.T, s *scene) { s.later(); s.rewrite("hello", underKeyB(t)) },
			asks:   func(refused string) []string { return []string{withKey(refused), "HEAD " + refused, "GET 200"} },
			says:   []string{"updated in-place", "+ content_crc64", "+ sse_customer_key_md5"},
			sends: func(refused string) []string {
				return []string{withKey(refused), "HEAD " + refused, "HEAD " + refused, "GET 200", "PUT 200 customer 5 bytes", withKey("200")}
			},
		},
		"the listing is newer, the body is not declared": {
			key: writeOnly, body: "none",
			change: func(_ *testing.T, s *scene) { s.later(); s.rewrite("hello") },
			asks:   func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			says:   []string{"updated in-place", "+ content_crc64", "+ sse_customer_key_md5"},
			sends:  func(string) []string { return []string{withKey("200")} },
		},
		"the same second, another size": {
			key:    writeOnly,
			change: func(_ *testing.T, s *scene) { s.rewrite("hello, hello") },
			asks:   func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			says:   []string{"updated in-place", "+ content_crc64", "content_length = 12 -> 5"},
			sends: func(string) []string {
				return []string{withKey("200"), withKey("200"), "PUT 200 customer 5 bytes", withKey("200")}
			},
		},
		"the same second and size, another ETag": {
			key:    writeOnly,
			change: func(_ *testing.T, s *scene) { s.rewrite("HELLO") },
			asks:   func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			says:   []string{"updated in-place", "+ content_crc64", "~ etag"},
			sends: func(string) []string {
				return []string{withKey("200"), withKey("200"), "PUT 200 customer 5 bytes", withKey("200")}
			},
		},
		"the listing is older": {
			key: writeOnly,
			before: func(s *scene) {
				s.rewrite("older")
				must(s.t, s.FreezeListing(s.Bucket()))
				must(s.t, s.DeleteObject(s.Bucket(), "a"))
				s.later()
			},
			asks:  func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			warns: true,
		},
		"the listing does not have it yet": {
			key:    writeOnly,
			before: func(s *scene) { must(s.t, s.FreezeListing(s.Bucket())) },
			asks:   func(refused string) []string { return []string{"HEAD " + refused, "GET 200"} },
			warns:  true,
		},
		"the listing lags, and it is seen with the key": {
			key:    byName,
			before: func(s *scene) { must(s.t, s.FreezeListing(s.Bucket())) },
			asks:   func(string) []string { return []string{withKey("200")} },
		},
	} {
		for refused, answer := range map[string]cosmock.Answer{
			"400": {},
			"403": {Status: 403, Code: "AccessDenied", Message: "Access Denied."},
		} {
			if refused == "403" && !slices.ContainsFunc(tc.asks("REFUSED"), func(s string) bool { return strings.Contains(s, "REFUSED") }) {
				continue // no request of this case is refused
			}
			t.Run(name+", "+refused, func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				s.Configure(func(u *cosmock.Undocumented) {
					u.CustomerKeyMissing, u.CustomerKeyWrong, u.CustomerKeyNotApplicable = answer, answer, answer
				})
				if tc.before != nil {
					tc.before(s)
				}
				ws := acctest.NewWorkspace(t)
				ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
				config := []string{ephemeralVariable("key"), s.Provider("sse_customer_keys = { a = var.key }"), s.Object("a", tc.key, hello)}
				if tc.key == writeOnly {
					config[1] = s.Provider()
				}
				ws.Config(config...)
				ws.Apply()
				if tc.body == "none" {
					config[2] = s.Object("a", tc.key)
					ws.Config(config...)
					ws.Apply()
				}
				state := ws.Attributes(testObject)
				if tc.change != nil {
					tc.change(t, s)
				}
				code := 2
				if tc.says == nil {
					code = 0
				}
				for _, args := range [][]string{{"plan", "-refresh-only"}, {"plan", "-detailed-exitcode", "-out=plan"}} {
					s.ResetRequests()
					r := ws.Run(args...)
					if same := strings.Contains(r.Text(), "No changes."); r.Code != code && r.Code != 0 || same != (tc.says == nil) {
						t.Fatalf("%v ended with %d:\n%s", args, r.Code, r.Output())
					}
					if diff := cmp.Diff(tc.asks(refused), s.Calls()); diff != "" {
						t.Errorf("%v: requests (-want +got):\n%s", args, diff)
					}
					if got := strings.Count(r.Text(), "Warning: Encrypted Object Not Verified"); (got == 1) != tc.warns || got > 1 {
						t.Errorf("%v: %d warnings:\n%s", args, got, r.Output())
					}
					if !slices.Contains(args, "-refresh-only") {
						checkReport(t, r, tc.says, acctest.KeyA)
					}
				}
				if tc.says == nil {
					ws.Apply("-refresh-only")
					if diff := cmp.Diff(state, ws.Attributes(testObject)); diff != "" {
						t.Errorf("the state changed (-before +after):\n%s", diff)
					}
					return
				}
				s.ResetRequests()
				applyPlan(t, ws)
				if diff := cmp.Diff(tc.sends(refused), s.writes("a")); diff != "" {
					t.Errorf("requests of the repair (-want +got):\n%s", diff)
				}
				ws.EmptyPlan()
				checkStored(t, s.World, "a", "hello", ways["SSE-C"].stored, customerKey(t, acctest.KeyA))
			})
		}
	}
}
