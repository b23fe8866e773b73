package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

const (
	terraformConfig = `terraform {
  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}
`
	objectConfig = `resource "cos_encrypted_object" "many" {
  count                  = %d
  bucket                 = %q
  key                    = "bench/${count.index}.txt"
  content                = "hello ${count.index}"
  server_side_encryption = "AES256"
}
`
)

func providerConfig(s *cosmock.Server) string {
	return fmt.Sprintf("provider \"cos\" {\n  region = %q\n  secret_id = %q\n  secret_key = %q\n  endpoint = %q\n  ca_certificate_file = %q\n}\n",
		s.Region(), s.SecretID(), s.SecretKey(), s.URL(), s.CAFile())
}

// workspace is a folder with a configuration.
type workspace struct {
	cli, folder string
	environment []string
	server      *cosmock.Server // nil: none
}

func (b bench) workspace(server *cosmock.Server, name, config string) (*workspace, error) {
	w := &workspace{cli: b.cli, folder: filepath.Join(b.temporary, name), server: server}
	if err := os.MkdirAll(w.folder, 0o755); err != nil {
		return nil, err
	}
	overrides := filepath.Join(w.folder, "cli.tfrc")
	path := filepath.ToSlash(b.provider)
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/cos-terraform/cos\" = %[1]q\n    \"registry.opentofu.org/cos-terraform/cos\" = %[1]q\n  }\n  direct {}\n}\n", path)
	if err := os.WriteFile(overrides, []byte(text), 0o600); err != nil {
		return nil, err
	}
	w.environment = append(tfcli.Environment(os.Environ()), "TF_CLI_CONFIG_FILE="+overrides)
	if config != "" && !bytes.Contains([]byte(config), []byte("terraform_data")) {
		config = terraformConfig + config
	}
	return w, os.WriteFile(filepath.Join(w.folder, "main.tf"), []byte(config), 0o600)
}

// run runs the CLI and measures it. Any exit code but 0 is an error; of a plan
// with -detailed-exitcode also that there is something to do.
func (w *workspace) run(ctx context.Context, args ...string) (measured, error) {
	cmd := exec.CommandContext(ctx, w.cli, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = w.folder, w.environment
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if w.server != nil {
		w.server.ResetRequests()
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return measured{}, err
	}
	watched, stop := context.WithCancel(ctx)
	peak := make(chan int64)
	go func() { peak <- peakOfChildren(watched, cmd.Process.Pid) }()
	err := cmd.Wait()
	m := measured{took: time.Since(start)}
	stop()
	m.peak = <-peak
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return m, err
	}
	if got := cmd.ProcessState.ExitCode(); got != 0 {
		return m, fmt.Errorf("%v ended with %d:\n%s", args, got, output.Bytes())
	}
	if w.server != nil {
		m.requests = len(w.server.Requests())
	}
	return m, nil
}

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
	slices.SortFunc(all, func(a, b measured) int { return cmp.Compare(a.took, b.took) })
	return all[len(all)/2], nil
}
