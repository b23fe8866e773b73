package main

import (
	"context"
	"os"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

type workspace struct {
	tfcli.Workspace
	server   *cosmock.Server // nil if there is none
	provider string          // its block, if there is a server
}

// workspace creates a directory with a configuration and, if there is a server, the provider's block with further lines
// in it.
func (b *bench) workspace(server *cosmock.Server, config string, provider ...string) *workspace {
	folder := program.Must(os.MkdirTemp(b.folder, "workspace-"))
	w := &workspace{Workspace: program.Must(tfcli.NewWorkspace(b.cli, folder, b.provider)), server: server}
	w.Measure = true
	if server != nil {
		w.provider = tfcli.Provider(server.Region(), server.URL(), server.CAFile(), append(provider,
			"secret_id = "+tfcli.Quote(server.SecretID()), "secret_key = "+tfcli.Quote(server.SecretKey()))...)
	}
	w.configure(config)
	return w
}

// configure writes a configuration. One without our objects needs nothing but Terraform itself.
func (w *workspace) configure(config string) {
	if strings.Contains(config, "cos_encrypted_") {
		config = tfcli.RequiredProviders + config
	}
	program.Check(w.Configure(config, w.provider))
}

// store puts objects into the bucket of a server, without a request.
func store(server *cosmock.Server, n int, key func(int) string, mode sse.Mode) {
	for i := range n {
		program.Check(server.PutObject(server.Bucket(), key(i), cosmock.NewObject{Body: strings.NewReader("hello"), Mode: mode}))
	}
}

// measureLoop measures bare requests to the bucket of a server.
func measureLoop(ctx context.Context, server *cosmock.Server, l rawcos.Loop) measured {
	server.ResetRequests()
	m := timed(func() error { return l.Run(ctx, rawcos.Bundled(server.Bucket(), server.URL(), server.CAFile())) })
	m.requests = len(server.Requests())
	return m
}

// run runs the CLI and measures it. Any exit code except 0 is an error, including that of a plan with
// -detailed-exitcode that finds changes.
func (w *workspace) run(ctx context.Context, args ...string) measured {
	if w.server != nil {
		w.server.ResetRequests()
	}
	r := program.Must(w.Succeed(ctx, args...))
	m := measured{took: r.Took, cpu: r.CPU, peak: r.Peak, peakCLI: r.PeakCLI, shown: r.Stdout}
	if w.server != nil {
		for _, request := range w.server.Requests() {
			m.requests++
			m.sent += request.BodyBytes
		}
	}
	return m
}

func (w *workspace) apply(ctx context.Context) measured { return w.run(ctx, "apply", "-auto-approve") }

func (w *workspace) destroy(ctx context.Context) measured {
	return w.run(ctx, "destroy", "-auto-approve")
}

// plan measures plans without changes.
func (w *workspace) plan(ctx context.Context, times int) measured {
	settle()
	return median(times, func() measured { return w.run(ctx, "plan", "-detailed-exitcode") })
}
