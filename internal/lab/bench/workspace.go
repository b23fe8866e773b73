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

// workspace is a directory with a configuration.
type workspace struct {
	tfcli.Workspace
	server *cosmock.Server // nil if there is none
}

// workspace creates a directory with a configuration. It includes the provider if there is a server or if the
// configuration uses one of the provider's objects, and only Terraform's own resources otherwise.
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

// measured holds the measurements of one command.
type measured struct {
	took, cpu time.Duration
	transfer  time.Duration // the part of took in which bodies were sent, if it was measured
	peak      int64         // bytes used by the provider
	peakCLI   int64         // bytes used by the CLI
	requests  int
	sent      int64 // body bytes
}

// run runs the CLI and measures it. Any exit code except 0 is an error, including that of a plan with
// -detailed-exitcode that finds changes.
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

// plan measures plans without changes.
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

// median calls run several times and returns the measurement with the median duration.
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
