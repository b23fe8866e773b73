// Command live asks a real COS bucket what its documentation leaves open, and runs the core of the acceptance suite
// against it: create, refresh, update, rotate, import and destroy of an object per encryption, with the real CLI. It
// prints a table of what COS answered beside what the server in the box answers to the very same requests.
//
// The bucket is named by environment variables, see readSettings. Everything is written below one random prefix and
// removed again, also after a failure or an interrupt; nothing else in the bucket is read or written.
package main

import (
	"context"
	"os"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	program.Main("live", func(ctx context.Context) error {
		settings, err := readSettings(os.Getenv)
		if err != nil {
			return err
		}
		cli, root, err := tfcli.Find(ctx, os.Stderr)
		if err != nil {
			return err
		}
		return run(ctx, settings, &suite{root: root, cli: cli}, os.Stdout, os.Stderr)
	})
}
