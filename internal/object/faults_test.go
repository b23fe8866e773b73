package object_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// operation changes the configuration of an object; nil is no object.
type operation struct {
	name          string
	before, after arguments
	locked        bool // in a bucket with object lock
}

// faultyOperations use encryptions whose verification does not wait for the next
// second.
func faultyOperations() []operation {
	with := func(base arguments, more arguments) arguments {
		all := maps.Clone(base)
		maps.Copy(all, more)
		return all
	}
	kms := arguments{"key": "a", "content": "old", "server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1}
	customer := arguments{"key": "a", "content": "old", "sse_customer_key": acctest.KeyA}
	const until = "2120-01-01T00:00:00Z"
	return []operation{
		{"create", nil, kms, false},
		{"create, SSE-C", nil, customer, false},
		{"upload", kms, with(kms, arguments{"content": "new"}), false},
		{"upload, SSE-C", customer, with(customer, arguments{"content": "new"}), false},
		{"header", kms, with(kms, arguments{"cache_control": "no-store"}), false},
		{"storage class", customer, with(customer, arguments{"storage_class": "STANDARD_IA"}), false},
		{"rotation", customer, with(customer, arguments{"sse_customer_key": acctest.KeyB}), false},
		{"rotation, to a customer key", kms, customer, false},
		{"rotation, of the KMS key", kms, with(kms, arguments{"sse_kms_key_id": acctest.KMSKey2}), false},
		{"tags", kms, with(kms, arguments{"tags": arguments{"a": "b"}}), false},
		{"acl", kms, with(kms, arguments{"acl": "private"}), false},
		{"move", kms, with(kms, arguments{"key": "b"}), false},
		{"move, SSE-C", customer, with(customer, arguments{"key": "b"}), false},
		{"destroy", kms, nil, false},
		{"hold", kms, with(kms, arguments{"legal_hold": true}), true},
		{"hold, lifted for an upload", with(kms, arguments{"legal_hold": true}), with(kms, arguments{"legal_hold": false, "content": "new"}), true},
		{"retention", kms, with(kms, arguments{"retain_until": until}), true},
	}
}

// faultyLife is an object in a bucket of its own that goes through an operation
// during which the server fails.
type faultyLife struct {
	*acctest.World
	operation

	t        *testing.T
	bucket   string
	pass     func() // advances the clock of the server
	instance *protocol.Instance
}

// worlds are servers that many lives share.
type worlds struct {
	*acctest.World
	ahead   atomic.Int64
	buckets atomic.Int64
}

func newWorlds(t *testing.T) *worlds {
	t.Helper()
	w := &worlds{}
	w.World = acctest.New(t, func(o *cosmock.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
	})
	return w
}

// begin brings an object to the configuration before the operation.
func (w *worlds) begin(t *testing.T, op operation) *faultyLife {
	t.Helper()
	l := &faultyLife{
		World: w.World, operation: op, t: t, bucket: fmt.Sprintf("b%d-1250000000", w.buckets.Add(1)), pass: func() { w.ahead.Add(int64(3 * time.Second)) },
	}
	must(t, l.CreateBucket(l.bucket, l.Region()))
	if op.locked {
		must(t, l.EnableObjectLock(l.bucket, 0))
	}
	var err error
	l.instance, err = l.client().New("cos_encrypted_object")
	must(t, err)
	if op.before != nil {
		must(t, l.run(op.before, nil))
	}
	return l
}

func (l *faultyLife) client() *protocol.Client {
	l.t.Helper()
	c, err := newClient(l.t.Context(), arguments{
		"region": l.Region(), "secret_id": l.SecretID(), "secret_key": l.SecretKey(), "endpoint": l.URL(), "ca_certificate_file": l.CAFile(),
		"max_retries": 1, "sse_customer_keys": arguments{"a": acctest.KeyA, "b": acctest.KeyB},
	})
	must(l.t, err)
	return c
}

// run performs a whole run with a new provider, and calls arm before the apply.
func (l *faultyLife) run(config arguments, arm func()) error {
	return l.runWith(l.t.Context(), config, arm)
}

func (l *faultyLife) runWith(ctx context.Context, config arguments, arm func()) error {
	l.instance.Continue(l.client())
	if err := l.instance.Refresh(ctx); err != nil {
		return err
	}
	if l.instance.Tainted {
		if err := l.instance.Destroy(ctx); err != nil {
			return err
		}
	}
	apply := func(ctx context.Context) error {
		if l.instance.State.IsNull() {
			return nil
		}
		return l.instance.Destroy(ctx)
	}
	if config != nil {
		config = maps.Clone(config)
		config["bucket"] = l.bucket
		plan, err := l.instance.Plan(ctx, config)
		if err != nil {
			return err
		}
		apply = plan.Apply
		if plan.Planned.Equal(l.instance.State) {
			apply = func(context.Context) error { return nil }
		}
	}
	if arm != nil {
		arm()
		defer l.DisarmIn(l.bucket)
	}
	err := apply(ctx)
	l.pass()
	return err
}

// strike makes the server fail from a request of the next apply on.
func (l *faultyLife) strike(faults ...cosmock.Fault) func() {
	return func() {
		for _, f := range faults {
			f.Match.Bucket = &l.bucket
			must(l.t, l.Arm(f))
		}
	}
}

// stored returns the objects of the bucket with their bodies.
func (l *faultyLife) stored() map[string]string {
	found := map[string]string{}
	for _, key := range l.Keys(l.bucket) {
		o, _ := l.Server.Object(l.bucket, key)
		secret := sse.CustomerKey{}
		for _, text := range []string{acctest.KeyA, acctest.KeyB} {
			if k := customerKey(l.t, text); o.Mode == sse.ModeCustomer && o.CustomerKeyMD5 == k.MD5() {
				secret = k
			}
		}
		body, err := o.Plaintext(secret)
		if err != nil {
			l.t.Errorf("%s cannot be read: %v", key, err)
		}
		found[key] = string(body)
		if o.Mode == sse.ModeNone {
			found[key] += ", unencrypted"
		}
	}
	return found
}

// kept fails if the object that was there before is gone, or if another was
// changed.
func (l *faultyLife) kept(what string) {
	l.t.Helper()
	if l.before == nil || l.after == nil {
		return
	}
	bodies := map[any]bool{l.before["content"]: true, l.after["content"]: true}
	for _, body := range l.stored() {
		if bodies[strings.TrimSuffix(body, ", unencrypted")] {
			return
		}
	}
	l.t.Errorf("%s: there is %v", what, l.stored())
}

// complete fails if the object is not exactly as declared.
func (l *faultyLife) complete(what string) {
	l.t.Helper()
	want := map[string]string{}
	if l.after != nil {
		want[fmt.Sprint(l.after["key"])] = fmt.Sprint(l.after["content"])
	}
	if got := l.stored(); !maps.Equal(got, want) {
		l.t.Errorf("%s: stored is %v, want %v", what, got, want)
		return
	}
	if l.after == nil {
		return
	}
	o, _ := l.Server.Object(l.bucket, fmt.Sprint(l.after["key"]))
	text := func(name string) string { s, _ := l.after[name].(string); return s }
	tags, _ := l.after["tags"].(arguments)
	held, _ := l.after["legal_hold"].(bool)
	md5 := ""
	if secret := text("sse_customer_key"); secret != "" {
		md5 = customerKey(l.t, secret).MD5()
	}
	class := text("storage_class")
	if class == "" {
		class = "STANDARD"
	}
	for name, pair := range map[string][2]any{
		"customer key": {md5, o.CustomerKeyMD5}, "KMS key": {text("sse_kms_key_id"), o.KMSKeyID}, "Cache-Control": {text("cache_control"), o.Header.Get("Cache-Control")},
		"class": {class, o.Class}, "tags": {len(tags), len(o.Tags)}, "ACL": {text("acl") != "", o.OwnACL}, "hold": {held, o.LegalHold},
		"retention": {text("retain_until") != "", !o.RetainUntil.IsZero()},
	} {
		if pair[0] != pair[1] {
			l.t.Errorf("%s: the %s is %v, want %v", what, name, pair[1], pair[0])
		}
	}
}

// converge applies again without faults. If the previous apply may have written an
// object that no state contains, the error says so, and that object is deleted as
// a user would.
func (l *faultyLife) converge(what string) (next string) {
	l.t.Helper()
	next = "converges"
	err := l.run(l.after, nil)
	if err != nil && l.after != nil && (strings.Contains(err.Error(), "Object Exists Already") || strings.Contains(err.Error(), "there is an object there already")) {
		next = "asks whose the object is"
		must(l.t, l.DeleteObject(l.bucket, fmt.Sprint(l.after["key"])))
		l.pass()
		err = l.run(l.after, nil)
	}
	if err != nil {
		l.t.Errorf("%s: the next apply fails: %v", what, err)
		return "fails"
	}
	l.complete(what + ", and the next apply")
	l.empty(what + ", and the next apply")
	return next
}

// finish deletes the old object of a move, if a warning says that it still exists.
func (l *faultyLife) finish() {
	for _, warning := range l.instance.Warnings {
		if strings.HasPrefix(warning, "Old Object Not Deleted") {
			must(l.t, l.DeleteObject(l.bucket, fmt.Sprint(l.before["key"])))
		}
	}
}

// empty fails if the next plan changes anything.
func (l *faultyLife) empty(what string) {
	l.t.Helper()
	l.instance.Continue(l.client())
	must(l.t, l.instance.Refresh(l.t.Context()))
	if l.after == nil {
		return
	}
	config := maps.Clone(l.after)
	config["bucket"] = l.bucket
	if plan, err := l.instance.Plan(l.t.Context(), config); err != nil || len(plan.Changes) > 0 {
		l.t.Errorf("%s: the next plan is not empty: %v, %v", what, plan, err)
	}
}

// requests returns the methods of the requests of an operation without faults.
func (w *worlds) requests(t *testing.T, op operation) []string {
	t.Helper()
	l, before := w.begin(t, op), 0
	seen := func() (methods []string) {
		for _, r := range l.Requests() {
			if r.Bucket == l.bucket {
				methods = append(methods, r.Method)
			}
		}
		return methods
	}
	must(t, l.run(op.after, func() { before = len(seen()) }))
	l.complete(op.name)
	return seen()[before:]
}

// needAcc skips a test of thousands of requests unless TF_ACC is set.
func needAcc(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("thousands of requests: acceptance tests run with TF_ACC set")
	}
}

// Each operation with each fault of the server, once at each of its requests, and
// from its first write on for the rest of the apply. A success means that the
// object is as declared, and a failure loses nothing. The next apply converges.
func TestAccFaultMatrix(t *testing.T) {
	t.Parallel()
	needAcc(t)
	w := newWorlds(t)
	for _, op := range faultyOperations() {
		methods := w.requests(t, op)
		for _, fault := range cosmock.Faults() {
			if fault.Kind == cosmock.FaultDelay {
				continue // not a failure
			}
			t.Run(op.name+", "+string(fault.Kind), func(t *testing.T) {
				t.Parallel()
				w := w
				if fault.Kind == cosmock.FaultClockSkew {
					w = newWorlds(t) // it moves the clock of the whole server
				}
				for number := range methods {
					w.faulty(t, op, cosmock.Fault{Kind: fault.Kind, Skip: number, Times: 1})
				}
				write := slices.IndexFunc(methods, func(method string) bool { return method == "PUT" || method == "DELETE" })
				w.faulty(t, op, cosmock.Fault{Kind: fault.Kind, Skip: write, Times: -1})
			})
		}
	}
}

func (w *worlds) faulty(t *testing.T, op operation, fault cosmock.Fault) {
	t.Helper()
	l := w.begin(t, op)
	what := fmt.Sprintf("request %d, once", fault.Skip+1)
	if fault.Times < 0 {
		what = fmt.Sprintf("request %d and all others", fault.Skip+1)
	}
	err := l.run(op.after, l.strike(fault))
	if fault.Kind == cosmock.FaultClockSkew {
		l.Disarm()
	}
	outcome, state := "succeeds", "there is a state"
	if l.instance.State.IsNull() {
		state = "no state"
	}
	objects := fmt.Sprint(l.stored())
	switch {
	case err == nil:
		l.finish()
		l.complete(what)
	default:
		outcome = "fails"
		for _, secret := range []string{acctest.KeyA, acctest.KeyB, l.SecretKey()} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error contains a secret: %v", what, err)
			}
		}
		if !strings.Contains(err.Error(), l.bucket) {
			t.Errorf("%s: the error does not name the object: %v", what, err)
		}
		if strings.Contains(objects, "unencrypted") && !strings.Contains(err.Error(), "no encryption") {
			t.Errorf("%s: the object is not encrypted, and the error does not say so: %v", what, err)
		}
	}
	l.kept(what)
	t.Logf("| %s | %s | %s | %s | %s | %s | %s |", op.name, fault.Kind, what, outcome, objects, state, l.converge(what))
}

// The provider is killed before and after each request of each operation, so that
// its state is not saved. Nothing is lost, and the next apply converges or asks
// whose the object is.
func TestAccKilledAtEachRequest(t *testing.T) {
	t.Parallel()
	needAcc(t)
	w := newWorlds(t)
	for _, op := range faultyOperations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			for number := range w.requests(t, op) {
				for _, last := range []cosmock.FaultKind{cosmock.FaultResetBefore, cosmock.FaultResetAfter} {
					l := w.begin(t, op)
					saved := *l.instance
					_ = l.run(op.after, l.strike( // nothing reaches the server any more
						cosmock.Fault{Kind: last, Skip: number},
						cosmock.Fault{Kind: cosmock.FaultResetBefore, Skip: number, Times: -1},
					))
					*l.instance = saved
					what := fmt.Sprintf("killed at request %d, %s", number+1, last)
					l.kept(what)
					t.Logf("| %s | %s | %v | %s |", op.name, what, l.stored(), l.converge(what))
				}
			}
		})
	}
}
