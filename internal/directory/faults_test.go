package directory_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// middle is the file that each fault affects, in the middle of many others. The
// tests combine each operation with each fault of the server. The driver does not
// retry, so one fault simulates a request that failed after all retries.
const middle = "030.js"

func files() []string {
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprintf("%03d.js", i))
	}
	return all
}

// faulty is an operation that can be repeated with different faults.
type faulty struct {
	name   string
	method string // of the request that the fault affects
	// ready prepares a round. It returns the arguments before and after the
	// operation, and the prefix at which the fault occurs. If after is nil, the
	// operation is a destroy.
	ready func(t *testing.T, f *fleet, round int) (before, after args, at string)
}

// fleet is a directory of many files that goes through the rounds.
type fleet struct {
	w *acctest.World
	s site
	d *driver

	clock *serverClock
}

func (f *fleet) args(prefix string, more args) args {
	all := f.s.args(f.w, args{"prefix": prefix})
	maps.Copy(all, more)
	return all
}

// three are the files of an operation on a few files.
var three = []string{"029.js", middle, "031.js"}

func operations() []faulty {
	same := func(more func(round int) args) func(*testing.T, *fleet, int) (args, args, string) {
		return func(_ *testing.T, f *fleet, round int) (args, args, string) {
			return f.args("site/", more(round)), f.args("site/", more(round+1)), "site/"
		}
	}
	rotated := same(func(round int) args {
		if round%2 == 0 {
			return args{"server_side_encryption": "AES256"}
		}
		return args{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1}
	})
	ruled := same(func(round int) args {
		return args{"rules": []args{{"match": "**", "cache_control": fmt.Sprintf("max-age=%d", round)}}}
	})
	created := func(_ *testing.T, f *fleet, round int) (args, args, string) {
		f.d = drive(f.d.t, f.w)
		prefix := fmt.Sprintf("p%d/", round)
		return nil, f.args(prefix, nil), prefix
	}
	destroyed := func(_ *testing.T, f *fleet, round int) (args, args, string) {
		prefix := fmt.Sprintf("p%d/", round)
		return f.args(prefix, nil), nil, prefix
	}
	moved := func(old bool) func(*testing.T, *fleet, int) (args, args, string) {
		return func(_ *testing.T, f *fleet, round int) (args, args, string) {
			from, to := fmt.Sprintf("p%d/", round%2), fmt.Sprintf("p%d/", (round+1)%2)
			if old {
				return f.args(from, nil), f.args(to, nil), from
			}
			return f.args(from, nil), f.args(to, nil), to
		}
	}
	updated := func(_ *testing.T, f *fleet, round int) (args, args, string) {
		for _, name := range three {
			f.s.write(name, fmt.Sprintf("content %d of %s", round, name))
		}
		return f.args("site/", nil), f.args("site/", nil), "site/"
	}
	removed := func(t *testing.T, f *fleet, _ int) (args, args, string) {
		all := f.args("site/", nil)
		for _, name := range three {
			f.s.write(name, "content of "+name)
		}
		must(t, f.d.apply(all))
		for _, name := range three {
			f.s.remove(name)
		}
		return all, all, "site/"
	}
	return []faulty{
		{"create", "PUT", created},
		{"create, the proof", "HEAD", created},
		{"create, the listing", "LIST", created},
		{"update of 3", "PUT", updated},
		{"update of 3, the guard", "HEAD", updated},
		{"update of 3, the ACL", "ACL", updated},
		{"update of 3, the listing", "LIST", updated},
		{"rotation", "PUT", rotated},
		{"rotation, the proof", "HEAD", rotated},
		{"rotation, the ACL", "ACL", rotated},
		{"header rule", "PUT", ruled},
		{"header rule, the proof", "HEAD", ruled},
		{"move", "PUT", moved(false)},
		{"move, the proof", "HEAD", moved(false)},
		{"move, the old place", "DELETE", moved(true)},
		{"removal of 3", "DELETE", removed},
		{"destroy", "DELETE", destroyed},
		{"destroy, the listing", "LIST", destroyed},
	}
}

var kinds = []cosmock.FaultKind{
	cosmock.FaultSlowDown, cosmock.FaultInternalError, cosmock.FaultResetBefore, cosmock.FaultResetAfter, cosmock.FaultTruncate,
	cosmock.FaultDropEncryption, cosmock.FaultWrongCRC, cosmock.FaultErrorIn200, cosmock.FaultClockSkew, cosmock.FaultDelay,
	cosmock.FaultUnavailable, cosmock.FaultUnavailableAfter, cosmock.FaultInternalErrorAfter, cosmock.FaultConflictAfter, cosmock.FaultUnknownErrorAfter,
}

// kindsOfReads are the faults for requests that change nothing.
var kindsOfReads = []cosmock.FaultKind{cosmock.FaultSlowDown, cosmock.FaultInternalError, cosmock.FaultTruncate, cosmock.FaultWrongCRC, cosmock.FaultUnavailable}

// fails reports whether a fault should cause a failure: if the server did not do
// the work, did it incorrectly, or its result cannot be verified. A lost response
// to completed work is not a failure, and neither is throttling.
func (op faulty) fails(kind cosmock.FaultKind) (is, perhaps bool) {
	uploads := strings.HasPrefix(op.name, "create") || strings.HasPrefix(op.name, "update")
	proof := strings.HasSuffix(op.name, "the proof")
	switch kind {
	case cosmock.FaultInternalError, cosmock.FaultErrorIn200:
		is = true
	case cosmock.FaultResetBefore:
		// Go repeats a read itself on a reused connection.
		is, perhaps = true, !op.writes()
	case cosmock.FaultUnavailable:
		is = op.method != "HEAD" // without a body, it may mean throttling
	case cosmock.FaultTruncate:
		is = !op.writes()
	case cosmock.FaultDropEncryption:
		is = op.method == "PUT"
	case cosmock.FaultWrongCRC:
		is = op.method == "PUT" && uploads || proof
	}
	if strings.HasSuffix(op.name, "the old place") {
		is = false // only a warning
	}
	return is, perhaps
}

func (op faulty) writes() bool { return op.method == "PUT" || op.method == "DELETE" }

func TestAccFaultInTheMiddle(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("thousands of requests: acceptance tests run with TF_ACC set")
	}
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			var clock serverClock
			w := acctest.New(t, clock.option)
			s := newSite(t)
			for _, name := range files() {
				s.write(name, "content of "+name)
			}
			f := &fleet{w: w, s: s, d: drive(t, w), clock: &clock}
			struck := kinds
			if !op.writes() {
				struck = kindsOfReads
			}
			for round, kind := range struck {
				f.strike(t, op, round, kind)
			}
		})
	}
}

// strike performs an operation with a fault, and again without it.
func (f *fleet) strike(t *testing.T, op faulty, round int, kind cosmock.FaultKind) {
	t.Helper()
	before, after, at := op.ready(t, f, round)
	if before != nil && (f.d.state.IsNull() || round == 0) {
		must(t, f.d.apply(before))
		if op.name == "update of 3" || strings.HasPrefix(op.name, "update of 3,") {
			op.ready(t, f, len(kinds)) // the previous files are the new ones by now
		}
	}
	f.clock.forward(5 * time.Second) // the listing is reliable by now, so the fault affects the apply and not the refresh
	was := f.objects(at)
	fault := cosmock.Fault{Match: cosmock.On(op.method, at+middle), Times: 1, Kind: kind}
	switch op.method {
	case "ACL":
		fault.Match = cosmock.OnSubresource("GET", at+middle, "acl")
	case "LIST":
		fault.Match = cosmock.On("GET", "")
	}
	arm(t, f.w, fault)
	run := func() outcome {
		if after == nil {
			return f.d.destroy()
		}
		return f.d.apply(after)
	}
	o := run()
	f.w.Disarm()
	ending, what := "succeeds", "the same"
	if len(o.errors) > 0 {
		ending = "fails"
	}
	if want, perhaps := op.fails(kind); (len(o.errors) > 0) != want && !perhaps {
		t.Errorf("%s, %s: %s: %s", op.name, kind, ending, o.failed())
	}
	f.truthful(t, op, kind, o)
	if len(o.errors) > 0 && strings.Count(o.failed(), fmt.Sprintf("%q", at+middle)) != 1 && op.method != "LIST" {
		t.Errorf("%s, %s: the error names the file %d times: %s", op.name, kind, strings.Count(o.failed(), middle), o.failed())
	}
	if now := f.objects(at); len(now) != len(was) {
		what = fmt.Sprintf("%d, were %d", len(now), len(was))
	}
	left := len(field(f.d.state, "files"))
	again := outcome{noop: true}
	if after != nil || len(o.errors) > 0 {
		again = run() // after a success, there is nothing left to do
	}
	next := fmt.Sprintf("%d files", len(again.plan))
	if again.noop || after == nil && len(o.errors) == 0 {
		next = "empty"
	}
	if ending == "succeeds" && next != "empty" && after != nil {
		t.Errorf("%s, %s: it succeeds, and the next plan is not empty", op.name, kind)
	}
	if len(again.errors) > 0 {
		t.Errorf("%s, %s: the next apply does not converge: %s", op.name, kind, again.failed())
	}
	f.complete(t, op, kind, after)
	t.Logf("| %s | %s | %s | objects: %s | state: %d files | next plan: %s |", op.name, kind, ending, what, left, next)
}

// objects returns the keys that are stored below a prefix.
func (f *fleet) objects(prefix string) []string {
	return slices.DeleteFunc(f.w.Keys(f.w.Bucket()), func(key string) bool { return !strings.HasPrefix(key, prefix) })
}

// truthful checks that the state is correct for each file, and that no object
// differs from its declaration without an error.
func (f *fleet) truthful(t *testing.T, op faulty, kind cosmock.FaultKind, o outcome) {
	t.Helper()
	state := field(f.d.state, "files")
	for key, value := range state {
		got, is := f.w.Stored(key)
		switch {
		case strings.Contains(value, "("):
			if len(o.errors) == 0 {
				t.Errorf("%s, %s: it succeeds, and the state says of %s: %s", op.name, kind, key, value)
			}
		case !is && len(o.errors) == 0:
			t.Errorf("%s, %s: the state has %s, and there is no such object", op.name, kind, key)
		case is && fmt.Sprint(got.CRC64) != value && len(o.errors) == 0:
			t.Errorf("%s, %s: %s has other bytes than the state says", op.name, kind, key)
		}
	}
	for _, key := range f.w.Keys(f.w.Bucket()) {
		if got, _ := f.w.Stored(key); got.Mode == sse.ModeNone && !strings.Contains(state[key], "not encrypted") {
			t.Errorf("%s, %s: %s is not encrypted, and the state says %q", op.name, kind, key, state[key])
		}
	}
}

// complete checks that everything is finally as declared.
func (f *fleet) complete(t *testing.T, op faulty, kind cosmock.FaultKind, declared args) {
	t.Helper()
	state := field(f.d.state, "files")
	if declared == nil {
		if len(state) > 0 || len(f.w.Keys(f.w.Bucket())) > 0 {
			t.Errorf("%s, %s: left behind: %q", op.name, kind, f.w.Keys(f.w.Bucket()))
		}
		return
	}
	prefix := declared["prefix"].(string)
	mode := sse.ModeAES256
	if declared["server_side_encryption"] == "cos/kms" {
		mode = sse.ModeKMS
	}
	for key, value := range state {
		got, is := f.w.Stored(key)
		body, err := got.Plaintext(sse.CustomerKey{})
		if !is || err != nil || fmt.Sprint(got.CRC64) != value || got.Mode != mode || !bytes.HasSuffix(body, []byte(strings.TrimPrefix(key, prefix))) {
			t.Errorf("%s, %s: in the end %s is %q, %s, and the state says %s", op.name, kind, key, body, got.Mode, value)
		}
	}
	want := len(files())
	if strings.HasPrefix(op.name, "removal") {
		want -= len(three)
	}
	if n := len(f.objects(prefix)); n != want || len(state) != want {
		t.Errorf("%s, %s: in the end %d objects, %d in the state", op.name, kind, n, len(state))
	}
}
