package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// suite is the core of the acceptance suite: the lifecycle of one object per encryption, with the real CLI.
type suite struct {
	root string // root of the checkout
	cli  tfcli.CLI
}

// stage is a stage of a lifecycle: a configuration, commands, and an object that is stored as declared.
type stage struct {
	name     string
	fresh    bool // begins with an empty state
	rotated  bool
	content  string   // "" is no object
	lines    []string // further arguments of the object
	commands []string
}

// A plan with -detailed-exitcode that finds changes fails.
const (
	apply     = "apply -input=false -auto-approve"
	unchanged = "plan -input=false -detailed-exitcode"
	adopt     = "import -input=false cos_encrypted_object.live " // followed by the object's ID
	noStore   = `cache_control = "no-store"`
	first     = "Hello from Terraform."
	second    = "Hello again from Terraform."
)

// stages are in order. A failure skips the remaining ones.
var stages = []stage{
	{name: "create", fresh: true, content: first, commands: []string{apply}},
	{name: "refresh", content: first, commands: []string{unchanged}},
	{name: "update", content: second, lines: []string{noStore}, commands: []string{apply, unchanged}},
	{name: "rotate", rotated: true, content: second, lines: []string{noStore}, commands: []string{apply, unchanged}},
	// The apply records where the body comes from.
	{name: "import", fresh: true, rotated: true, content: second, lines: []string{noStore}, commands: []string{adopt, apply, unchanged}},
	{name: "destroy", rotated: true, commands: []string{"destroy -input=false -auto-approve"}},
}

type life struct {
	name          string
	before, after form // before and after the rotation
	needs         need
	unasked       string           // the reason why it is skipped
	results       map[string]error // by stage; a stage that was not reached has no entry
}

// form is an encryption: its argument, the key of a raw request, and the expected response.
type form struct {
	argument string
	key      sse.CustomerKey
	want     string
}

func lives(t *target) []*life {
	sseCOS := form{argument: `server_side_encryption = "AES256"`, want: "AES256"}
	sseKMS := form{argument: "server_side_encryption = \"cos/kms\"\n  sse_kms_key_id = " + tfcli.Quote(t.kmsKeyID), want: "cos/kms"}
	keyA := form{argument: `sse_customer_key_name = "a"`, key: t.keyA, want: "SSE-C"}
	keyB := form{argument: `sse_customer_key_name = "b"`, key: t.keyB, want: "SSE-C"}
	return []*life{
		{name: "SSE-COS", before: sseCOS, after: keyA, results: map[string]error{}},
		{name: "SSE-C", before: keyA, after: keyB, results: map[string]error{}},
		{name: "SSE-KMS", before: sseKMS, after: sseCOS, needs: needsKMS, results: map[string]error{}},
	}
}

// run runs all lifecycles concurrently. Each has its own object and directories.
func (s *suite) run(ctx context.Context, t *target, all []*life) error {
	return program.Attempt(func() {
		folder := program.Must(os.MkdirTemp("", "cos-live-"))
		defer func() { _ = os.RemoveAll(folder) }()
		program.Check(tfcli.Build(ctx, s.root, filepath.Join(folder, "bin"), "."))
		for _, l := range all {
			if l.unasked = t.missing(l.needs); l.unasked == "" && l.needs == needsKMS {
				l.unasked = t.refusesKMS(ctx)
			}
		}
		var group sync.WaitGroup
		for _, l := range all {
			if l.unasked == "" {
				group.Go(func() { s.live(ctx, t, l, folder) })
			}
		}
		group.Wait()
		program.Check(ctx.Err())
	})
}

// refusesKMS returns the reason why COS refuses SSE-KMS, or "". Not every account has the necessary role.
func (t *target) refusesKMS(ctx context.Context) string {
	got := program.Must(t.send(ctx, put("kms", withKMS)(&asker{target: t, at: "suite/"})))
	if got.OK() {
		return ""
	}
	return fmt.Sprintf("COS refuses SSE-KMS: %s: %s", got.Verdict(), t.clean(got.Message))
}

func (s *suite) live(ctx context.Context, t *target, l *life, folder string) {
	key := t.prefix + "suite/" + l.name
	t.ledger.record(request{method: http.MethodPut, key: key}, rawcos.Answer{}) // by the provider
	var w tfcli.Workspace
	for _, stage := range stages {
		err := program.Attempt(func() {
			if stage.fresh {
				w = s.workspace(t, folder)
			}
			f := l.before
			if stage.rotated {
				f = l.after
			}
			program.Check(w.Configure(t.declared(key, f, stage)...))
			for _, command := range stage.commands {
				if command == adopt {
					command += t.region + ":" + t.bucket + "/" + key
				}
				if _, err := w.Succeed(ctx, strings.Fields(command)...); err != nil {
					program.Check(ctx.Err())
					program.Fail("%s", t.scrub(err.Error()))
				}
			}
			program.Check(t.stored(ctx, key, f, stage.content))
		})
		if l.results[stage.name] = err; err != nil {
			return
		}
	}
}

// workspace returns a directory in which the real CLI runs with the provider of this checkout. Its files contain no
// secrets: the credentials and the keyring are passed in the environment.
func (s *suite) workspace(t *target, parent string) tfcli.Workspace {
	folder := program.Must(os.MkdirTemp(parent, "life-"))
	w := program.Must(tfcli.NewWorkspace(s.cli, folder, filepath.Join(parent, "bin")))
	ring := fmt.Sprintf(`{"a": %q, "b": %q}`, t.keyA.Base64(), t.keyB.Base64())
	w.Env = append(w.Env, "TENCENTCLOUD_SHARED_CREDENTIALS_DIR="+folder, "COS_SSE_CUSTOMER_KEYS="+ring,
		envSecretID+"="+t.credential.ID, envSecretKey+"="+t.credential.Key.Text())
	if token := t.credential.Token.Text(); token != "" {
		w.Env = append(w.Env, envSecurityToken+"="+token)
	}
	return w
}

// declared returns the configuration of a stage's object.
func (t *target) declared(key string, f form, s stage) []string {
	endpoint := ""
	if !t.isCOS() {
		endpoint = t.endpoint
	}
	object := append(slices.Clone(s.lines), "bucket = "+tfcli.Quote(t.bucket), "key = "+tfcli.Quote(key), "content = "+tfcli.Quote(s.content), f.argument)
	return []string{
		tfcli.RequiredProviders, tfcli.Provider(t.region, endpoint, t.caFile), tfcli.Block(`resource "cos_encrypted_object" "live"`, object...),
	}
}

// stored checks the encryption and the body of an object with a raw GET, or that there is none.
func (t *target) stored(ctx context.Context, key string, f form, content string) error {
	r := request{method: http.MethodGet, key: key}
	if !f.key.IsZero() {
		r.header = customer(f.key.Bytes())
	}
	a, err := t.send(ctx, r)
	switch {
	case err != nil:
		return err
	case content == "" && (a.Status == http.StatusNotFound || a.Pulled()):
		return nil
	case content == "" || !a.OK():
		return fmt.Errorf("GET answers %s", a.Verdict())
	case a.Encryption() != f.want:
		return fmt.Errorf("it is stored with %s, and %s was declared", a.Encryption(), f.want)
	case string(a.Body) != content:
		return errors.New("its body is not the one that was declared")
	}
	return nil
}
