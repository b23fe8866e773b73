package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

const (
	fileCount = 100
	fileSize  = 10 << 20

	fileConfig = `resource "cos_encrypted_object" "files" {
  count                  = %d
  bucket                 = %q
  key                    = "bench/${count.index}.bin"
  source                 = "${path.module}/files/${count.index}.bin"
  server_side_encryption = "AES256"
}
`
)

// files measures a plan that creates objects from files, whose checksums it
// shows, beside sha256sum of the same files, one after the other.
func (b bench) files(ctx context.Context) error {
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	w, err := b.workspace(server, "files", providerConfig(server)+fmt.Sprintf(fileConfig, fileCount, server.Bucket()))
	if err != nil {
		return err
	}
	folder := filepath.Join(w.folder, "files")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	args := make([]string, fileCount)
	block := make([]byte, fileSize)
	for i := range fileCount {
		block[0] = byte(i)
		args[i] = filepath.Join(folder, fmt.Sprintf("%d.bin", i))
		if err := os.WriteFile(args[i], block, 0o600); err != nil {
			return err
		}
	}
	plan, err := median(b.repeat, func() (measured, error) { return w.run(ctx, "plan") })
	if err != nil {
		return err
	}
	sums, err := median(b.repeat, func() (measured, error) {
		start := time.Now()
		err := exec.CommandContext(ctx, "sha256sum", args...).Run()
		return measured{took: time.Since(start)}, err
	})
	if err != nil {
		_, _ = fmt.Fprintf(b.out, "plan of %d objects from files of %d MiB: %.2fs; there is no sha256sum to compare it with: %v\n\n", fileCount, fileSize>>20, plan.took.Seconds(), err)
		return nil
	}
	_, _ = fmt.Fprintf(b.out, "plan of %d objects from files of %d MiB: %.2fs, %d requests, peak %.0f MiB; sha256sum of the same files %.2fs; ratio %.2fx\n\n",
		fileCount, fileSize>>20, plan.took.Seconds(), plan.requests, float64(plan.peak)/(1<<20), sums.took.Seconds(), plan.took.Seconds()/sums.took.Seconds())
	return nil
}
