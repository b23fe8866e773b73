// Command demo demonstrates the provider with a COS server of its own. It builds the provider, applies examples/demo,
// and checks from outside that the stored objects are encrypted. It leaves nothing behind.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	record := flag.String("record", "", "write what is printed to an image instead")
	flag.Parse()
	program.Main("demo", func(ctx context.Context) error {
		cli, root, err := tfcli.Find(ctx, os.Stderr)
		program.Check(err)
		if *record != "" {
			return recordTo(ctx, *record, root, cli)
		}
		return show(ctx, &report.Account{Out: os.Stdout, Color: report.Colored(os.Stdout, os.Getenv)}, root, os.TempDir(), cli)
	})
}
