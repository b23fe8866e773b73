package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// Workspace is a directory in which a test runs the real CLI as a user does, with
// the provider served by the test process. terraform-plugin-testing runs
// additional commands between those of a test; here, every command and every
// request that the server sees is the test's own.
type Workspace struct {
	t   *testing.T
	Dir string
	// Env is added to the environment of every command, as NAME=value.
	Env []string
	// Others are additional providers by their address without the registry, such
	// as "acme/other".
	Others map[string]func() tfprotov6.ProviderServer
	// Binary is the directory of a built provider that the CLI starts itself
	// instead of using the one in the test process. See Build.
	Binary string
}

// Result is the outcome of a command.
type Result = tfcli.Result

// NewWorkspace returns an empty workspace. It skips the test if acceptance tests
// are not enabled.
func NewWorkspace(t *testing.T) *Workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC set")
	}
	return &Workspace{t: t, Dir: t.TempDir()}
}

// Write writes a file in the workspace, such as main.tf, and returns its path.
func (w *Workspace) Write(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// Config writes main.tf.
func (w *Workspace) Config(parts ...string) {
	w.t.Helper()
	w.Write("main.tf", tfcli.RequiredProviders+strings.Join(parts, "\n"))
}

// MoveFromMirror applies a configuration with this provider under another address,
// as a mirror or a fork has, and then moves the resource named "test" to its own
// address. Each address has a provider block of its own, so the resource is renamed
// to "new" with it. The move must change neither the state nor the plan after it.
// The journal begins with the move.
func (w *Workspace) MoveFromMirror(world *World, resourceType, config string) {
	w.t.Helper()
	const mirror = "acme/cos"
	w.Others = map[string]func() tfprotov6.ProviderServer{mirror: provider.Server("test")}
	w.Write("main.tf", strings.ReplaceAll(tfcli.RequiredProviders, "cos-terraform/cos", mirror)+config)
	w.Apply()
	before := w.Attributes(resourceType + ".test")
	world.ResetRequests()

	w.Config(strings.Replace(config, `"`+resourceType+`" "test"`, `"`+resourceType+`" "new"`, 1),
		"moved {\n  from = "+resourceType+".test\n  to   = "+resourceType+".new\n}\n")
	if out := w.Apply().Text(); !strings.Contains(out, "0 added, 0 changed, 0 destroyed") {
		w.t.Errorf("got:\n%s", out)
	}
	if diff := cmp.Diff(before, w.Attributes(resourceType+".new")); diff != "" {
		w.t.Errorf("the state (-before +after):\n%s", diff)
	}
	w.EmptyPlan()
}

// Apply runs apply and fails the test unless it succeeds.
func (w *Workspace) Apply(args ...string) Result {
	w.t.Helper()
	return w.must(0, append([]string{"apply", "-auto-approve"}, args...)...)
}

// Destroy runs destroy and fails the test unless it succeeds.
func (w *Workspace) Destroy(args ...string) Result {
	w.t.Helper()
	return w.must(0, append([]string{"destroy", "-auto-approve"}, args...)...)
}

// EmptyPlan runs plan and fails the test unless the plan is empty.
func (w *Workspace) EmptyPlan(args ...string) Result {
	w.t.Helper()
	return w.must(0, append([]string{"plan", "-detailed-exitcode"}, args...)...)
}

// ChangedPlan runs plan and fails the test if the plan is empty.
func (w *Workspace) ChangedPlan(args ...string) Result {
	w.t.Helper()
	return w.must(2, append([]string{"plan", "-detailed-exitcode"}, args...)...)
}

// Fail runs a command and fails the test if it succeeds.
func (w *Workspace) Fail(args ...string) Result {
	w.t.Helper()
	return w.must(1, args...)
}

func (w *Workspace) must(code int, args ...string) Result {
	w.t.Helper()
	r := w.Run(args...)
	if r.Code != code {
		w.t.Fatalf("%s ended with %d, want %d:\n%s", strings.Join(args, " "), r.Code, code, r.Output())
	}
	return r
}

// State returns the contents of the state file, or "" if there is none.
func (w *Workspace) State() string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.t.Fatal(err)
	}
	return string(data)
}

// Attributes returns a resource's attributes in the state, or nil if the state
// does not contain it.
func (w *Workspace) Attributes(address string) map[string]any {
	w.t.Helper()
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Attributes map[string]any `json:"attributes"`
			}
		}
	}
	text := w.State()
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		w.t.Fatal(err)
	}
	for _, r := range state.Resources {
		if r.Type+"."+r.Name == address && len(r.Instances) > 0 {
			return r.Instances[0].Attributes
		}
	}
	return nil
}

// Run runs the CLI and returns the outcome, successful or not.
func (w *Workspace) Run(args ...string) Result {
	w.t.Helper()
	ctx, cancel := Patience(w.t)
	defer cancel()
	r, err := w.runner(ctx).Run(ctx, args...)
	if err != nil || ctx.Err() != nil {
		w.t.Fatalf("%s: %v, %v\n%s", strings.Join(args, " "), err, ctx.Err(), r.Output())
	}
	return r
}

// Command returns a command that runs the CLI with the provider attached. The
// provider is served until ctx is done.
func (w *Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	w.t.Helper()
	return w.runner(ctx).Command(ctx, args...)
}

func (w *Workspace) runner(ctx context.Context) tfcli.Workspace {
	w.t.Helper()
	run := tfcli.Workspace{CLI: cliPath(w.t), Dir: w.Dir, Patience: spare / 3}
	if w.Binary == "" {
		run.Env = append(run.Env, "TF_REATTACH_PROVIDERS="+w.serve(ctx))
	} else {
		variable, err := tfcli.Override(filepath.Join(w.Dir, "cli.tfrc"), w.Binary)
		if err != nil {
			w.t.Fatal(err)
		}
		run.Env = append(run.Env, variable)
	}
	run.Env = append(run.Env, w.Env...)
	return run
}

// cliPath finds the CLI as the make targets choose it, else on the PATH.
func cliPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no terraform and no tofu: use make test, which gets one")
	return ""
}

// serve serves the providers from this process and returns the value of the
// variable that tells the CLI to attach to them.
func (w *Workspace) serve(ctx context.Context) string {
	w.t.Helper()
	servers := map[string]func() tfprotov6.ProviderServer{
		"cos-terraform/cos": provider.Server("test"),
	}
	maps.Copy(servers, w.Others)
	attach := map[string]reattach{}
	for address, server := range servers {
		info := w.serveOne(ctx, address, server)
		for _, registry := range []string{"registry.terraform.io/", "registry.opentofu.org/"} {
			attach[registry+address] = info
		}
	}
	text, err := json.Marshal(attach)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// reattach is the CLI's format for a provider that is already running.
type reattach struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct{ Network, String string }
}

func (w *Workspace) serveOne(ctx context.Context, address string, server func() tfprotov6.ProviderServer) reattach {
	w.t.Helper()
	configs := make(chan *plugin.ReattachConfig)
	closed := make(chan struct{})
	go func() {
		err := tf6server.Serve("registry.terraform.io/"+address, server,
			tf6server.WithDebug(ctx, configs, closed),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()),
			tf6server.WithLoggingSink(w.t),
			tf6server.WithoutLogStderrOverride())
		if err != nil {
			w.t.Error(err)
		}
	}()
	var config *plugin.ReattachConfig
	select {
	case config = <-configs:
	case <-ctx.Done():
		w.t.Fatal("the provider was not served")
	}
	w.t.Cleanup(func() { <-closed })
	info := reattach{Protocol: string(config.Protocol), ProtocolVersion: config.ProtocolVersion, Pid: config.Pid, Test: config.Test}
	info.Addr.Network, info.Addr.String = config.Addr.Network(), config.Addr.String()
	return info
}
