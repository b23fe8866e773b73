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

// suite is the core of the acceptance suite: the life of an object per encryption, with the real CLI.
type suite struct {
	root string // of the checkout
	cli  tfcli.CLI
}

// stages of a life, in their order. After one that fails the rest is not reached.
var stages = []string{"create", "refresh", "update", "rotate", "import", "destroy"}

// life is one object from its creation to its end.
type life struct {
	name          string
	before, after form // what rotate changes
	needs         need
	unasked       string           // why it is not lived
	results       map[string]error // by stage; absent is not reached
}

// form is an encryption: how it is declared, how it is asked for by a raw request, and what the answer says.
type form struct {
	argument string
	key      sse.CustomerKey
	want     string
}

// lives are those of a target.
func lives(t *target, keyA, keyB sse.CustomerKey) []*life {
	sseCOS := form{argument: `server_side_encryption = "AES256"`, want: "AES256"}
	sseKMS := form{argument: "server_side_encryption = \"cos/kms\"\n  sse_kms_key_id = " + fmt.Sprintf("%q", t.kmsKeyID), want: "cos/kms"}
	sseC := func(name string, key sse.CustomerKey) form {
		return form{argument: fmt.Sprintf("sse_customer_key_name = %q", name), key: key, want: "SSE-C"}
	}
	return []*life{
		{name: "SSE-COS", before: sseCOS, after: sseC("a", keyA)},
		{name: "SSE-C", before: sseC("a", keyA), after: sseC("b", keyB)},
		{name: "SSE-KMS", before: sseKMS, after: sseCOS, needs: needsKMS},
	}
}

// run lives all lives at once: each has an object and a folder of its own.
func (s *suite) run(ctx context.Context, t *target, keyA, keyB sse.CustomerKey, all []*life) error {
	folder, err := os.MkdirTemp("", "cos-live-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	provider := filepath.Join(folder, "bin")
	if err := os.Mkdir(provider, 0o700); err != nil {
		return err
	}
	if err := buildProvider(ctx, s.root, provider); err != nil {
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
				return newWorkspace(t, s.cli.Path, provider, filepath.Join(folder, name), map[string]sse.CustomerKey{"a": keyA, "b": keyB})
			})
		})
	}
	group.Wait()
	return ctx.Err()
}

// refusesKMS says how COS refuses SSE-KMS, "" where it does not: not every account has the role for it.
func (t *target) refusesKMS(ctx context.Context) (string, error) {
	a := &asker{target: t, at: "suite/"}
	got, err := a.send(ctx, a.put("kms", a.kms()))
	if err != nil || got.ok() {
		return "", err
	}
	return fmt.Sprintf("COS refuses SSE-KMS: %s: %s", got.verdict(), t.clean(got.message)), nil
}

// failed joins what went wrong in a life.
func (l *life) failed() error {
	var errs []error
	for _, stage := range stages {
		if err := l.results[stage]; err != nil {
			errs = append(errs, fmt.Errorf("%s, %s: %w", l.name, stage, err))
		}
	}
	return errors.Join(errs...)
}

// live goes through the stages.
func (l *life) live(ctx context.Context, t *target, newWorkspace func() (*workspace, error)) {
	key := t.prefix + "suite/" + l.name
	// The provider writes it, so that no answer will tell.
	t.ledger.add(key)
	var w *workspace
	const first, second = "Hello from Terraform.", "Hello again from Terraform."
	steps := map[string]func() error{
		"create": func() (err error) {
			if w, err = newWorkspace(); err != nil {
				return err
			}
			return errors.Join(w.apply(ctx, key, l.before, first), t.stored(ctx, key, l.before, first))
		},
		"refresh": func() error { return w.emptyPlan(ctx) },
		"update": func() error {
			err := w.apply(ctx, key, l.before, second, `cache_control = "no-store"`)
			return errors.Join(err, t.stored(ctx, key, l.before, second), w.emptyPlan(ctx))
		},
		"rotate": func() error {
			err := w.apply(ctx, key, l.after, second, `cache_control = "no-store"`)
			return errors.Join(err, t.stored(ctx, key, l.after, second), w.emptyPlan(ctx))
		},
		// Into a new state, and by an apply that records where the body comes from.
		"import": func() (err error) {
			if w, err = newWorkspace(); err != nil {
				return err
			}
			lines := []string{l.after.argument, `cache_control = "no-store"`, fmt.Sprintf("content = %q", second)}
			if err := w.declare(key, lines...); err != nil {
				return err
			}
			if err := w.run(ctx, "import", "cos_encrypted_object.live", t.region+":"+t.bucket+"/"+key); err != nil {
				return err
			}
			if err := w.run(ctx, "apply", "-auto-approve"); err != nil {
				return err
			}
			return w.emptyPlan(ctx)
		},
		"destroy": func() error {
			if err := w.run(ctx, "destroy", "-auto-approve"); err != nil {
				return err
			}
			a, err := t.send(ctx, request{method: http.MethodHead, key: key})
			if err == nil && a.status != http.StatusNotFound && !a.pulled() {
				err = fmt.Errorf("HEAD after it answers %s", a.verdict())
			}
			return err
		},
	}
	for _, stage := range stages {
		if l.results[stage] = steps[stage](); l.results[stage] != nil {
			return
		}
	}
}

func (w *workspace) apply(ctx context.Context, key string, f form, content string, lines ...string) error {
	if err := w.declare(key, append(lines, f.argument, fmt.Sprintf("content = %q", content))...); err != nil {
		return err
	}
	return w.run(ctx, "apply", "-auto-approve")
}

func (w *workspace) emptyPlan(ctx context.Context) error {
	return w.run(ctx, "plan", "-detailed-exitcode")
}

// stored looks from outside at what Terraform has done: a raw GET, whose answer has the encryption and the body.
func (t *target) stored(ctx context.Context, key string, f form, content string) error {
	r := request{method: http.MethodGet, key: key}
	if !f.key.IsZero() {
		r.header = customer(f.key)
	}
	a, err := t.send(ctx, r)
	switch {
	case err != nil:
		return err
	case !a.ok():
		return fmt.Errorf("GET answers %s", a.verdict())
	case a.encryption() != f.want:
		return fmt.Errorf("it is stored with %s, and %s was declared", a.encryption(), f.want)
	case string(a.body) != content:
		return errors.New("its body is not the one that was declared")
	}
	return nil
}
