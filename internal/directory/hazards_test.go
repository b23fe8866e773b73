package directory_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// fuse triggers an action during a run, after the server has read its clock a
// number of times.
type fuse struct {
	left atomic.Int64
	blow func()
}

func (f *fuse) option(o *cosmock.Options) {
	now := o.Now
	if now == nil {
		now = time.Now
	}
	o.Now = func() time.Time {
		if f.left.Add(-1) == 0 {
			f.blow()
		}
		return now()
	}
}

// A provider that is killed saves neither state nor record, so the next apply
// finds what it has stored.
func TestAccKilledAtAnyPoint(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("thousands of requests: acceptance tests run with TF_ACC set")
	}
	for name, op := range map[string]struct {
		change func(s site) args // the second apply; nil kills the first one
		want   int
		// met means that the stored objects are found under keys that are new.
		met bool
	}{
		"create":      {nil, 20, true},
		"update":      {func(s site) args { s.write("05.js", "new"); s.write("07.js", "new"); return nil }, 20, false},
		"rotation":    {func(site) args { return args{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1} }, 20, false},
		"header rule": {func(site) args { return args{"rules": []args{{"match": "**", "cache_control": "no-cache"}}} }, 20, false},
		"move":        {func(site) args { return args{"prefix": "www/"} }, 20, true},
		"removal": {func(s site) args {
			for i := range 10 {
				s.remove(fmt.Sprintf("%02d.js", i))
			}
			return nil
		}, 10, false},
		"addition": {func(s site) args {
			for i := range 10 {
				s.write(fmt.Sprintf("new%d.js", i), fmt.Sprint(i))
			}
			return nil
		}, 30, true},
	} {
		for _, point := range []int64{1, 7, 20, 40, 60, 90, 130, 200} {
			t.Run(fmt.Sprintf("%s at %d", name, point), func(t *testing.T) {
				t.Parallel()
				var f fuse
				w := acctest.New(t, f.option)
				f.blow = func() { w.SetOverdue(true) }
				s := newSite(t)
				for i := range 20 {
					s.write(fmt.Sprintf("%02d.js", i), fmt.Sprintf("content %d", i))
				}
				d := drive(t, w)
				var now args
				if op.change != nil {
					must(t, d.apply(s.args(w, nil)))
					now = op.change(s)
				}
				state, private := d.state, d.private
				f.left.Store(point)
				died := len(d.apply(s.args(w, now)).errors) > 0
				f.left.Store(0)
				w.SetOverdue(false)
				if !died { // it finished before the kill
					return
				}
				d.state, d.private = state, private
				o := d.apply(s.args(w, now))
				if len(o.errors) > 0 {
					if !op.met || !strings.Contains(o.failed(), "adopt_identical") {
						t.Fatalf("the next apply fails: %s", o.failed())
					}
					adopting := args{"existing": "adopt_identical"}
					maps.Copy(adopting, now)
					if o = d.apply(s.args(w, adopting)); len(o.errors) > 0 {
						t.Fatalf("the next apply fails, and does not adopt: %s", o.failed())
					}
				}
				if n := len(w.Keys(w.Bucket())); n != op.want || len(o.state) != op.want {
					t.Errorf("in the end there are %d objects, and %d files in the state", n, len(o.state))
				}
				for key := range o.state {
					if got, _ := w.Stored(key); got.Mode == sse.ModeNone || now["server_side_encryption"] == "cos/kms" && got.Mode != sse.ModeKMS {
						t.Errorf("%s is stored as %q", key, got.Mode)
					}
				}
				must(t, d.destroy())
				stored(t, w)
			})
		}
	}
}

// The points run in parallel, because each apply waits for the next second.
func TestKilledDestructionCannotBeRepeated(t *testing.T) {
	t.Parallel()
	points, _ := killDestruction(t, 1<<32)
	if points < 20 || points > 60 {
		t.Fatalf("a destroy reads the clock %d times", points)
	}
	var died, inTheMiddle atomic.Int64
	t.Run("at", func(t *testing.T) {
		for point := range points {
			t.Run(fmt.Sprint(point+1), func(t *testing.T) {
				t.Parallel()
				_, left := killDestruction(t, point+1)
				if left >= 0 {
					died.Add(1)
				}
				if left > 0 && left < 5 {
					inTheMiddle.Add(1)
				}
			})
		}
	})
	t.Logf("%d points, %d of them fatal, %d in the middle", points, died.Load(), inTheMiddle.Load())
	if inTheMiddle.Load() == 0 {
		t.Error("none was stopped in the middle")
	}
}

// killDestruction kills a destroy of five files when the server has read its clock
// a number of times, and destroys again. It returns how often the destroy made the
// server read its clock, and how many objects it left, or -1 if it succeeded.
func killDestruction(t *testing.T, point int64) (readings int64, left int) {
	t.Helper()
	var clock serverClock
	var f fuse
	w := acctest.New(t, clock.option, f.option)
	f.blow = func() { w.SetOverdue(true) }
	d := drive(t, w)
	must(t, d.apply(newSite(t, "a.js", "b.js", "c.js", "d.js", "e.js").args(w, nil)))
	clock.forward(5 * time.Second)
	state, private := d.state, d.private
	f.left.Store(point)
	died := len(d.destroy().errors) > 0
	readings = point - f.left.Swap(0)
	w.SetOverdue(false)
	left = -1
	if died {
		left = len(w.Keys(w.Bucket()))
	}
	d.state, d.private = state, private
	must(t, d.destroy())
	stored(t, w)
	return readings, left
}

func TestExpiredCredentialsAreToldForEachFile(t *testing.T) {
	t.Parallel()
	const id, secret, token = "AKIDtemporary", "temporary-secret-that-nobody-sees", "token-that-expires"
	for name, moment := range map[string]int64{"at once": 1, "in the middle": 150} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var clock serverClock
			f := fuse{blow: func() { clock.forward(time.Hour) }}
			w := acctest.New(t, clock.option, f.option)
			w.AddCredential(cosmock.Credential{SecretID: id, SecretKey: secret, SessionToken: token, Expires: time.Now().Add(30 * time.Minute)})
			s := newSite(t)
			for i := range 100 {
				s.write(fmt.Sprintf("%03d.js", i), "x")
			}
			d := drive(t, w)
			d.settings["secret_id"], d.settings["secret_key"], d.settings["security_token"] = id, secret, token
			f.left.Store(moment)
			o := d.apply(s.args(w, nil))
			if len(o.errors) != 1 || strings.Count(o.failed(), ".js") > 2 || !strings.Contains(o.failed(), "temporary credentials have expired") {
				t.Errorf("%d errors: %s", len(o.errors), o.failed())
			}
			if n := len(w.Keys(w.Bucket())); n == 100 || moment == 1 && n > 0 {
				t.Errorf("%d objects are there", n)
			}
			if sent := len(w.Requests()); sent > 200 {
				t.Errorf("%d requests were sent with expired credentials", sent)
			}
		})
	}
}

func (d *driver) setting(name string, of args) tftypes.Value {
	d.t.Helper()
	return object(typesOf(d.t).provider.AttributeTypes[name].(tftypes.Object), of)
}

func TestPolicyIsNotAppliedToFolders(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	d.settings["require_encryption"] = d.setting("require_encryption", args{"modes": []string{"cos/kms"}, "sse_kms_key_ids": []string{acctest.KMSKey1}})
	before := len(w.Requests())
	for name, a := range map[string]args{
		"another mode": {"prefix": "b/"},
		"another key":  {"prefix": "b/", "server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey2},
	} {
		if o := drive2(d).apply(s.args(w, a)); !strings.Contains(o.failed(), "require_encryption") {
			t.Errorf("%s: %q", name, o.failed())
		}
	}
	if o := d.apply(s.args(w, nil)); !strings.Contains(o.failed(), "require_encryption") {
		t.Errorf("what is there: %q", o.failed())
	}
	for _, r := range w.Requests()[before:] {
		if r.Method != "GET" && r.Method != "HEAD" {
			t.Errorf("%s was sent", r.Method)
		}
	}
	must(t, d.apply(s.args(w, args{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1})))
	must(t, d.destroy())
}

// drive2 returns another instance with the same provider settings.
func drive2(d *driver) *driver {
	other := drive(d.t, d.w)
	other.settings = d.settings
	return other
}

func TestLargeFileIsSentInOnePiece(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	large := filepath.Join(s.dir, "model.bin")
	if err := os.WriteFile(large, []byte("head"), 0o600); err != nil {
		t.Fatal(err)
	}
	const size = 40 << 20
	if err := os.Truncate(large, size); err != nil {
		t.Fatal(err)
	}
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"server_side_encryption": "cos/kms"})))
	parts := 0
	for _, r := range w.Requests() {
		if r.Key == "site/model.bin" && r.Method == "PUT" {
			if r.Subresource == "" {
				t.Error("it is sent in one piece")
			}
			parts++
		}
	}
	got, _ := w.Stored("site/model.bin")
	if parts < 2 || got.Size != size || got.Mode != sse.ModeKMS || len(w.Uploads(w.Bucket())) > 0 {
		t.Errorf("%d parts, %d bytes under %s", parts, got.Size, got.Mode)
	}
	d.mustNoop(s.args(w, args{"server_side_encryption": "cos/kms"}))
}

// plan plans without applying.
func (d *driver) plan(a args) (outcome, map[string]tftypes.Value) {
	d.t.Helper()
	var o outcome
	server, config := d.configured(), object(d.typ, a)
	got, err := server.PlanResourceChange(d.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: d.dynamic(d.typ, d.state), ProposedNewState: d.dynamic(d.typ, d.proposed(config)),
		Config: d.dynamic(d.typ, config), PriorPrivate: d.private,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(got.Diagnostics)
	var planned map[string]tftypes.Value
	if len(o.errors) == 0 {
		if err := d.undynamic(got.PlannedState).As(&planned); err != nil {
			d.t.Fatal(err)
		}
	}
	return o, planned
}

// With unknown arguments, a plan succeeds and leaves the files unknown.
func TestUnknownInputFailsAPlan(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	unknown := func(typ tftypes.Type) tftypes.Value { return tftypes.NewValue(typ, tftypes.UnknownValue) }
	existing := drive(t, w)
	must(t, existing.apply(s.args(w, nil)))
	for name, typ := range existing.typ.AttributeTypes {
		if computed[name] && name != "region" && name != "server_side_encryption" && name != "sse_kms_key_id" && name != "sse_customer_key_name" {
			continue
		}
		for kind, d := range map[string]*driver{"create": drive(t, w), "update": existing} {
			a := s.args(w, args{name: unknown(typ)})
			if strings.HasPrefix(name, "sse_kms") || name == "sse_context" {
				a["server_side_encryption"] = "cos/kms"
			}
			if strings.HasPrefix(name, "sse_customer") {
				a["server_side_encryption"] = nil
			}
			before := len(w.Requests())
			o, planned := d.plan(a)
			if len(o.errors) > 0 {
				t.Errorf("%s, unknown %s: %s", kind, name, o.failed())
				continue
			}
			if len(w.Requests()) > before {
				t.Errorf("%s, unknown %s: the plan sends requests", kind, name)
			}
			switch name {
			case "bucket", "prefix", "region", "source", "include", "exclude", "storage_class", "metadata", "rules", "upload_last", "removed_files":
				if planned["files"].IsKnown() {
					t.Errorf("%s, unknown %s: the files are planned all the same", kind, name)
				}
			}
		}
	}
}

func TestTooManyFilesAreTruncated(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t)
	for i := range tree.MaxFiles + 1 {
		if i%1000 == 0 {
			s.write(fmt.Sprintf("%02d/x", i/1000), "")
			continue
		}
		folder := filepath.Join(s.dir, fmt.Sprintf("%02d", i/1000)) // links cost less than new files
		if err := os.Link(filepath.Join(folder, "x"), filepath.Join(folder, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	o := drive(t, w).apply(s.args(w, nil))
	if len(o.errors) != 1 || !strings.Contains(o.failed(), "20001 files") || !strings.Contains(o.failed(), "include and exclude") || !strings.Contains(o.failed(), `"00/"`) {
		t.Errorf("%q", o.failed())
	}
	if len(w.Requests()) > 0 {
		t.Error("something was sent")
	}
}

// with returns the private state with a changed record.
func with(t *testing.T, private []byte, change func(record string) string) []byte {
	t.Helper()
	var all map[string][]byte
	if err := json.Unmarshal(private, &all); err != nil {
		t.Fatal(err)
	}
	all["record"] = []byte(change(string(all["record"])))
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRecordThatCannotBeReadGivesAWrongVerdict(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(record string) string{
		"older":      func(r string) string { return strings.Replace(r, `"version":1`, `"version":0`, 1) },
		"newer":      func(r string) string { return strings.Replace(r, `"version":1`, `"version":2`, 1) },
		"foreign":    func(string) string { return `{"etag":"x"}` },
		"cut off":    func(r string) string { return `"` + base64.StdEncoding.EncodeToString([]byte(r[:len(r)/2])) + `"` },
		"of another": func(r string) string { return strings.ReplaceAll(r, "site/", "else/") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var clock serverClock
			w := acctest.New(t, clock.option)
			s := newSite(t, "a.js", "b.js", "c.js")
			d := drive(t, w)
			must(t, d.apply(s.args(w, nil)))
			clock.forward(5 * time.Second)
			d.private = with(t, d.private, change)
			calls := since(w, func() { d.mustNoop(s.args(w, nil)) })
			if calls["HEAD"] != 3 || calls["PUT"] > 0 {
				t.Errorf("nothing proves the objects, and the requests are %v", calls)
			}
			put(t, w, "site/b.js", "content of b.js", sse.ModeNone)
			d.private = with(t, d.private, change)
			o := must(t, d.apply(s.args(w, nil)))
			if got, _ := w.Stored("site/b.js"); got.Mode != sse.ModeAES256 {
				t.Errorf("stored under %q, the plan was %v", got.Mode, o.plan)
			}
			d.private = with(t, d.private, change)
			must(t, d.destroy())
			stored(t, w)
		})
	}
}

// Only the encryption context changes, which no answer shows. A copy that COS did
// not carry out is sent again, and an interrupted one is not recorded as done.
func TestContextOfACopyThatWasNotMade(t *testing.T) {
	t.Parallel()
	under := func(context string) args {
		return args{"server_side_encryption": "cos/kms", "sse_context": base64.StdEncoding.EncodeToString([]byte(context))}
	}
	for _, kind := range []cosmock.FaultKind{cosmock.FaultResetBefore, cosmock.FaultUnavailable, cosmock.FaultUnavailableAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js")
			d := drive(t, w)
			must(t, d.apply(s.args(w, under(`{"a":"1"}`))))
			d.settings["max_retries"] = 1
			arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/a.js"), Kind: kind})
			must(t, d.apply(s.args(w, under(`{"a":"2"}`))))
			if o, _ := w.Stored("site/a.js"); o.KMSContext != `{"a":"2"}` {
				t.Errorf("stored under the context %s", o.KMSContext)
			}
			d.mustNoop(s.args(w, under(`{"a":"2"}`)))
		})
	}
}
