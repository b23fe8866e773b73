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
	type verdict struct {
		key    string                        // the arguments that declare the key
		body   string                        // "" is "hello"; "none" is no longer declared
		before func(*scene)                  // prepares the bucket before the create
		change func(*testing.T, *scene)      // by somebody else
		asks   func(refused string) []string // requests of a refresh; refused is the status for a wrong customer key
		says   []string                      // the plan's output; nil for an empty plan
		sends  func(refused string) []string // requests of the repair
		warns  bool
	}
	verdicts := map[string]verdict{
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
	}
	type row struct {
		verdict
		refused string // the status for a wrong customer key
		*scene
		state map[string]any
	}
	rows := map[string]*row{}
	answers := map[string]cosmock.Answer{"400": {}, "403": {Status: 403, Code: "AccessDenied", Message: "Access Denied."}}
	for name, v := range verdicts {
		for refused := range answers {
			if refused == "403" && !slices.ContainsFunc(v.asks("REFUSED"), func(s string) bool { return strings.Contains(s, "REFUSED") }) {
				continue // no request of this case is refused
			}
			rows[name+", "+refused] = &row{verdict: v, refused: refused}
		}
	}
	ws := acctest.NewWorkspace(t)
	ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
	f := newFleet(t, rows, func(t *testing.T, name string) *acctest.World {
		t.Helper()
		tc := rows[name]
		tc.scene = newScene(t)
		tc.Configure(func(u *cosmock.Undocumented) {
			answer := answers[tc.refused]
			u.CustomerKeyMissing, u.CustomerKeyWrong, u.CustomerKeyNotApplicable = answer, answer, answer
		})
		if tc.before != nil {
			tc.before(tc.scene)
		}
		return tc.World
	})
	f.serve(t, ws)
	each := func(during string, do func(t *testing.T, name string, tc *row)) {
		t.Helper()
		for _, name := range f.names() {
			t.Run(name+", "+during, func(t *testing.T) { do(t, name, rows[name]) })
		}
	}
	config := func(final bool) {
		parts := []string{ephemeralVariable("key")}
		for name, tc := range rows {
			lines := []string{tc.key, hello}
			if tc.body == "none" && final {
				lines = lines[:1]
			}
			ring := "sse_customer_keys = { a = var.key }"
			if tc.key == writeOnly {
				ring = ""
			}
			parts = append(parts, f.of(name, f[name].Provider(ring)+f[name].Object("a", lines...)))
		}
		ws.Config(parts...)
	}
	config(false)
	ws.Apply()
	config(true)
	var undeclared []string
	for name, tc := range rows {
		if tc.body == "none" {
			undeclared = append(undeclared, "-target="+f.address(name))
		}
	}
	ws.Apply(undeclared...)
	each("create", func(t *testing.T, name string, tc *row) {
		t.Helper()
		tc.state = ws.Attributes(f.address(name))
		acctest.Now(t, tc.Says())
		if tc.change != nil {
			tc.change(t, tc.scene)
		}
	})
	for _, args := range [][]string{{"plan", "-refresh-only"}, {"plan", "-detailed-exitcode", "-out=plan"}} {
		for _, tc := range rows {
			tc.ResetRequests()
		}
		r := ws.Run(args...)
		if code := map[int]int{2: 0, 3: 2}[len(args)]; r.Code != code {
			t.Fatalf("%v ended with %d, want %d:\n%s", args, r.Code, code, r.Output())
		}
		checkReport(t, r, []string{"Warning: Encrypted Object Not Verified"}, acctest.KeyA)
		said := changesByAddress(r.Output())
		each(strings.Join(args[:2], " "), func(t *testing.T, name string, tc *row) {
			t.Helper()
			changes, changed := said[f.address(name)]
			if changed != (tc.says != nil) {
				t.Errorf("%v: it changes: %v\n%s", args, changed, r.Output())
			}
			if diff := cmp.Diff(tc.asks(tc.refused), tc.Calls()); diff != "" {
				t.Errorf("%v: requests (-want +got):\n%s", args, diff)
			}
			warnings := 0
			if tc.warns {
				warnings = 1
			}
			acctest.Now(t, tc.SaysTimes(warnings, "Warning: Encrypted Object Not Verified"))
			for _, part := range tc.says {
				if !slices.Contains(args, "-refresh-only") && !strings.Contains(changes, part) {
					t.Errorf("%v does not say %q:\n%s", args, part, r.Output())
				}
			}
		})
	}
	for _, tc := range rows {
		tc.ResetRequests()
	}
	applyPlan(t, ws)
	each("apply", func(t *testing.T, name string, tc *row) {
		t.Helper()
		if tc.says == nil {
			if diff := cmp.Diff(tc.state, ws.Attributes(f.address(name))); diff != "" {
				t.Errorf("the state changed (-before +after):\n%s", diff)
			}
			acctest.Now(t, tc.Sent())
			return
		}
		if diff := cmp.Diff(tc.sends(tc.refused), tc.writes("a")); diff != "" {
			t.Errorf("requests of the repair (-want +got):\n%s", diff)
		}
		checkStored(t, tc.World, "a", "hello", ways["SSE-C"].stored, customerKey(t, acctest.KeyA))
	})
	ws.EmptyPlan()
}
