package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// lab is what all measurements share: a COS server in this process, the
// provider as a built program, and a CLI that runs it.
type lab struct {
	server   *cosmock.Server
	journal  *journal
	client   *cosclient.Client
	cli      tfcli.CLI
	folder   string // of everything below, removed in the end
	provider string // the program
	config   string // of the CLI
	pairs    int
}

func newLab(ctx context.Context, pairs int) (*lab, error) {
	folder, err := os.MkdirTemp("", "cos-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{folder: folder, journal: &journal{}, pairs: pairs}
	if err := l.open(ctx); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *lab) open(ctx context.Context) error {
	finder, err := tfcli.NewFinder(ctx, os.Stderr)
	if err != nil {
		return err
	}
	if l.cli, err = finder.Find(ctx); err != nil {
		return err
	}
	l.provider = filepath.Join(l.folder, "bin", "terraform-provider-cos")
	build := exec.CommandContext(ctx, "go", "build", "-o", l.provider, "github.com/cos-terraform/terraform-provider-cos")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	l.config = filepath.Join(l.folder, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"cos-terraform/cos\" = %q\n  }\n  direct {}\n}\n", filepath.Dir(l.provider))
	if err := os.WriteFile(l.config, []byte(text), 0o600); err != nil {
		return err
	}
	l.server, err = cosmock.Start(cosmock.Options{DataDir: filepath.Join(l.folder, "cos"), Log: slog.New(l.journal)})
	if err != nil {
		return err
	}
	endpoint, err := cosclient.ParseEndpoint(l.server.URL())
	if err != nil {
		return err
	}
	l.client, err = cosclient.New(cosclient.Config{
		Endpoint: endpoint, RootCAs: l.server.CertPool(),
		Credentials: credentials.Static{Value: credentials.Value{SecretID: l.server.SecretID(), SecretKey: l.server.SecretKey()}},
	})
	return err
}

func (l *lab) close() error {
	var err error
	if l.server != nil {
		err = l.server.Close()
	}
	return errors.Join(err, os.RemoveAll(l.folder))
}

// file makes a file of bytes that follow no pattern.
func (l *lab) file(size int64) (string, error) {
	path := filepath.Join(l.folder, fmt.Sprintf("body-%d", size))
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		return path, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	random := rand.NewChaCha8([32]byte{})
	buf := make([]byte, 1<<20)
	for left := size; left > 0 && err == nil; left -= int64(len(buf)) {
		buf = buf[:min(left, int64(len(buf)))]
		if _, err = random.Read(buf); err == nil {
			_, err = f.Write(buf)
		}
	}
	return path, errors.Join(err, f.Close())
}

// workspace is a folder with a configuration of one object.
type workspace struct {
	*lab
	folder string
}

func (l *lab) workspace() (*workspace, error) {
	folder, err := os.MkdirTemp(l.folder, "workspace-")
	return &workspace{l, folder}, err
}

// object declares the object, and what the provider block has besides.
func (w *workspace) object(provider, arguments string) error {
	text := fmt.Sprintf(`terraform {
  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}
provider "cos" {
  region              = %q
  secret_id           = %q
  secret_key          = %q
  endpoint            = %q
  ca_certificate_file = %q
  %s
}
resource "cos_encrypted_object" "bench" {
  bucket = %q
  key    = "bench"
  %s
}
`, w.server.Region(), w.server.SecretID(), w.server.SecretKey(), w.server.URL(), w.server.CAFile(), provider, w.server.Bucket(), arguments)
	return os.WriteFile(filepath.Join(w.folder, "main.tf"), []byte(text), 0o600)
}

// run runs the CLI and returns the peak memory of the provider in bytes, and
// the processor time of both.
func (w *workspace) run(ctx context.Context, args ...string) (int64, time.Duration, error) {
	cmd := exec.CommandContext(ctx, w.cli.Path, args...)
	cmd.Dir = w.folder
	cmd.Env = append(tfcli.Environment(os.Environ()), "TF_CLI_CONFIG_FILE="+w.config)
	peak := watchMemory(w.provider)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s", args, err, out)
	}
	return peak(), processor(cmd), err
}

// processor is the time that a program that has ended, and those it has
// started and waited for, have spent on processors. Unlike the clock it says
// the same on a machine that does other things as well.
func processor(cmd *exec.Cmd) time.Duration {
	if cmd.ProcessState == nil {
		return 0
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// journal notes when the server was done with each request.
type journal struct {
	slog.Handler
	mu   sync.Mutex
	done []time.Time
}

func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

func (j *journal) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "request" {
		j.mu.Lock()
		j.done = append(j.done, r.Time)
		j.mu.Unlock()
	}
	return nil
}

// take returns the time from the first request's end to the last one's, since
// it was taken before.
func (j *journal) take() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.done) == 0 {
		return 0
	}
	took := j.done[len(j.done)-1].Sub(j.done[0])
	j.done = nil
	return took
}

// quote writes an HCL string, which a JSON string is.
func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}
