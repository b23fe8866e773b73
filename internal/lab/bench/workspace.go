package main

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// workspace is a folder with a configuration.
type workspace struct {
	tfcli.Workspace
	server *cosmock.Server // nil: none
}

// workspace makes a folder with a configuration: of the provider, if there is a server or the configuration is of one
// of its objects, and otherwise of Terraform's own resources.
func (b *bench) workspace(server *cosmock.Server, name, config string, provider ...string) (*workspace, error) {
	made, err := tfcli.NewWorkspace(b.cli, filepath.Join(b.folder, name), b.provider)
	if err != nil {
		return nil, err
	}
	made.Measure = true
	if server != nil {
		config += tfcli.Provider(server.Region(), server.URL(), server.CAFile(), append(provider,
			"secret_id = "+tfcli.Quote(server.SecretID()), "secret_key = "+tfcli.Quote(server.SecretKey()))...)
	}
	if strings.Contains(config, "cos_encrypted_") {
		config = tfcli.RequiredProviders + config
	}
	return &workspace{made, server}, made.Configure(config)
}

// bucketOf is the bucket of a server for plain requests.
func bucketOf(server *cosmock.Server) rawcos.Bucket {
	return rawcos.Bucket{
		Name: server.Bucket(), Region: server.Region(), URL: server.URL(), CAFile: server.CAFile(),
		Credential: rawcos.Credential{ID: server.SecretID(), Key: rawcos.NewSecret(server.SecretKey())},
	}
}

// measured is a run of a command.
type measured struct {
	took, cpu time.Duration
	transfer  time.Duration // of what took, the part in which bodies were sent, where that is measured
	peak      int64         // bytes, of the provider
	peakCLI   int64         // bytes, of the CLI
	requests  int
	sent      int64 // bytes of bodies
}

// run runs the CLI and measures it. Any exit code but 0 is an error; of a plan with -detailed-exitcode also that there
// is something to do.
func (w *workspace) run(ctx context.Context, args ...string) (measured, error) {
	if w.server != nil {
		w.server.ResetRequests()
	}
	r, err := w.Succeed(ctx, args...)
	m := measured{took: r.Took, cpu: r.CPU, peak: r.Peak, peakCLI: r.PeakCLI}
	if w.server != nil {
		for _, request := range w.server.Requests() {
			m.requests++
			m.sent += request.BodyBytes
		}
	}
	return m, err
}

func (w *workspace) apply(ctx context.Context) (measured, error) {
	return w.run(ctx, "apply", "-auto-approve")
}

// destroy removes everything.
func (w *workspace) destroy(ctx context.Context) (measured, error) {
	return w.run(ctx, "destroy", "-auto-approve")
}

// plan measures plans that find nothing to do.
func (w *workspace) plan(ctx context.Context, times int) (measured, error) {
	return median(times, func() (measured, error) { return w.run(ctx, "plan", "-detailed-exitcode") })
}

// timed measures what is no run of a CLI.
func timed(do func() error) (measured, error) {
	began := time.Now()
	err := do()
	return measured{took: time.Since(began)}, err
}

// settle waits until a listing may be believed about what was just written; see internal/listing.
func settle() { time.Sleep(3 * time.Second) }

// median runs something several times and returns the run of median duration.
func median(times int, run func() (measured, error)) (measured, error) {
	var all []measured
	for range times {
		m, err := run()
		if err != nil {
			return m, err
		}
		all = append(all, m)
	}
	return middle(all), nil
}

func middle(all []measured) measured {
	all = slices.SortedFunc(slices.Values(all), func(a, b measured) int {
		return cmp.Or(cmp.Compare(a.transfer, b.transfer), cmp.Compare(a.took, b.took))
	})
	return all[len(all)/2]
}
