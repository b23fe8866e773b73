// Command demo demonstrates the provider with a COS server of its own. It builds the provider, applies examples/demo,
// and checks from outside that the stored objects are encrypted. It leaves nothing behind.
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
