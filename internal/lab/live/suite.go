package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// suite is the core of the acceptance suite: the lifecycle of one object per encryption, with the real CLI.
type suite struct {
	root string // root of the checkout
	cli  tfcli.CLI
}

// stages are the stages of a lifecycle in order. A failure skips the remaining ones.
var stages = []string{"create", "refresh", "update", "rotate", "import", "destroy"}

// life is the lifecycle of one object.
type life struct {
	name          string
	before, after form // before and after the rotation
	needs         need
	unasked       string           // the reason why it is skipped
	results       map[string]error // by stage; a stage that was not reached has no entry
}

// form is an encryption: its argument, the headers of a raw request, and the expected response.
type form struct {
	argument string
	key      sse.CustomerKey
	want     string
}

// lives returns the lifecycles for a target.
func lives(t *target) []*life {
	sseCOS := form{argument: `server_side_encryption = "AES256"`, want: "AES256"}
	sseKMS := form{argument: "server_side_encryption = \"cos/kms\"\n  sse_kms_key_id = " + tfcli.Quote(t.kmsKeyID), want: "cos/kms"}
	sseC := func(name string, key sse.CustomerKey) form {
		return form{argument: fmt.Sprintf("sse_customer_key_name = %q", name), key: key, want: "SSE-C"}
	}
	return []*life{
		{name: "SSE-COS", before: sseCOS, after: sseC("a", t.keyA)},
		{name: "SSE-C", before: sseC("a", t.keyA), after: sseC("b", t.keyB)},
		{name: "SSE-KMS", before: sseKMS, after: sseCOS, needs: needsKMS},
	}
}

// run runs all lifecycles concurrently. Each has its own object and directory.
func (s *suite) run(ctx context.Context, t *target, all []*life) error {
	folder, err := os.MkdirTemp("", "cos-live-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	provider := filepath.Join(folder, "bin")
	if err := tfcli.Build(ctx, s.root, provider, "."); err != nil {
		return err
	}
	for _, l := range all {
		l.results = map[string]error{}
		if l.unasked = t.missing(l.needs); l.unasked == "" && l.needs == needsKMS {
			if l.unasked, err = t.refusesKMS(ctx); err != nil {
				return err
			}
		}
	}
	var group sync.WaitGroup
	for i, l := range all {
		if l.unasked != "" {
			continue
		}
		folders := 0
		group.Go(func() {
			l.live(ctx, t, func() (*workspace, error) {
				folders++
				name := fmt.Sprintf("%d-%d", i, folders)
				return newWorkspace(t, s.cli, provider, filepath.Join(folder, name))
			})
		})
	}
	group.Wait()
	return ctx.Err()
}

// refusesKMS returns the reason why COS refuses SSE-KMS, or "". Not every account has the necessary role.
func (t *target) refusesKMS(ctx context.Context) (string, error) {
	a := &asker{target: t, at: "suite/"}
	got, err := t.send(ctx, put("kms", withKMS)(a))
	if err != nil || got.OK() {
		return "", err
	}
	return fmt.Sprintf("COS refuses SSE-KMS: %s: %s", got.Verdict(), t.clean(got.Message)), nil
}

// failed joins the errors of all stages.
func (l *life) failed() error {
	var errs []error
	for _, stage := range stages {
		if err := l.results[stage]; err != nil {
			errs = append(errs, fmt.Errorf("%s, %s: %w", l.name, stage, err))
		}
	}
	return errors.Join(errs...)
}

// live runs the stages.
func (l *life) live(ctx context.Context, t *target, newWorkspace func() (*workspace, error)) {
	key := t.prefix + "suite/" + l.name
	// The provider writes this key, so the ledger does not see the response.
	t.ledger.add(key)
	const first, second, noStore = "Hello from Terraform.", "Hello again from Terraform.", `cache_control = "no-store"`
	var w *workspace
	enter := func() (err error) {
		w, err = newWorkspace()
		return err
	}
	declare := func(f form, content string, lines ...string) func() error {
		return func() error { return w.declare(key, f, content, lines...) }
	}
	apply := func() error { return w.run(ctx, "apply", "-auto-approve") }
	stored := func(f form, content string) func() error {
		return func() error { return t.stored(ctx, key, f, content) }
	}
	unchanged := func() error { return w.run(ctx, "plan", "-detailed-exitcode") }
	steps := map[string][]func() error{
		"create":  {enter, declare(l.before, first), apply, stored(l.before, first)},
		"refresh": {unchanged},
		"update":  {declare(l.before, second, noStore), apply, stored(l.before, second), unchanged},
		"rotate":  {declare(l.after, second, noStore), apply, stored(l.after, second), unchanged},
		// Import into a new state, and apply to record where the body comes from.
		"import": {enter, declare(l.after, second, noStore), func() error {
			return w.run(ctx, "import", "cos_encrypted_object.live", t.region+":"+t.bucket+"/"+key)
		}, apply, unchanged},
		"destroy": {
			func() error { return w.run(ctx, "destroy", "-auto-approve") },
			func() error { return t.gone(ctx, key) },
		},
	}
	for _, stage := range stages {
		var err error
		for _, step := range steps[stage] {
			if err = step(); err != nil {
				break
			}
		}
		if l.results[stage] = err; err != nil {
			return
		}
	}
}

// gone checks with a raw request that an object does not exist.
func (t *target) gone(ctx context.Context, key string) error {
	a, err := t.send(ctx, request{method: http.MethodHead, key: key})
	if err == nil && a.Status != http.StatusNotFound && !a.Pulled() {
		err = fmt.Errorf("HEAD after it answers %s", a.Verdict())
	}
	return err
}

// stored checks the encryption and the body of an object with a raw GET.
func (t *target) stored(ctx context.Context, key string, f form, content string) error {
	r := request{method: http.MethodGet, key: key}
	if !f.key.IsZero() {
		r.header = customer(f.key)
	}
	a, err := t.send(ctx, r)
	switch {
	case err != nil:
		return err
	case !a.OK():
		return fmt.Errorf("GET answers %s", a.Verdict())
	case a.Encryption() != f.want:
		return fmt.Errorf("it is stored with %s, and %s was declared", a.Encryption(), f.want)
	case string(a.Body) != content:
		return errors.New("its body is not the one that was declared")
	}
	return nil
}
