// Command live asks a real COS bucket what COS's documentation leaves open, and runs the core of the acceptance suite
// against it with the real CLI: create, refresh, update, rotate, import and destroy of an object per encryption. It
// prints a table that compares COS's answers with those of the bundled server to the same requests.
//
// Environment variables name the bucket; see readSettings. Everything is written below a random prefix and removed
// again, even after a failure or an interrupt. Nothing else in the bucket is read or written.
package main

import (
	"context"
	"os"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	program.Main("live", func(ctx context.Context) error {
		settings := program.Must(readSettings(os.Getenv))
		cli, root, err := tfcli.Find(ctx, os.Stderr)
		program.Check(err)
		target := program.Must(newTarget(settings, newPrefix()))
		defer target.close()
		return target.run(ctx, &suite{root: root, cli: cli}, os.Stdout, os.Stderr)
	})
}
