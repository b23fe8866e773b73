// Command demo shows what the provider does, on a COS server of its own: it builds both, applies examples/demo,
// and proves from outside that what was stored is encrypted. It leaves nothing behind.
package main

import (
	"context"
	"os"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	program.Main("demo", func(ctx context.Context) error {
		cli, root, err := tfcli.Find(ctx, os.Stderr)
		if err != nil {
			return err
		}
		return show(ctx, os.Stdout, root, os.TempDir(), cli)
	})
}
