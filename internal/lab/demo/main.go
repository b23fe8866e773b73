// Command demo demonstrates the provider with a COS server of its own. It builds the provider, applies examples/demo,
// and checks from outside that the stored objects are encrypted. It leaves nothing behind.
package main

import (
	"context"
	"flag"
	"os"
	"regexp"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/recording"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	record := flag.String("record", "", "write what is printed to an image instead")
	flag.Parse()
	program.Main("demo", func(ctx context.Context) error {
		cli, root, err := tfcli.Find(ctx, os.Stderr)
		program.Check(err)
		if *record == "" {
			return show(ctx, &report.Account{Out: os.Stdout, Color: report.Colored(os.Stdout, os.Getenv)}, tfcli.Build, root, os.TempDir(), cli)
		}
		var out strings.Builder
		program.Check(show(ctx, &report.Account{Out: &out, Color: true}, tfcli.Build, root, os.TempDir(), cli))
		return os.WriteFile(*record, []byte(recording.SVG(steady(out.String()))), 0o644)
	})
}

// chance matches what differs between two runs: times, the port of the server, the MD5 of a key, the size of the state.
var chance = regexp.MustCompile(`(\x1b\[2m)? \(\d+\.\d s\)(\x1b\[0m)?|:\d{4,5}|( MD5) \S{22}==|, in \d+ bytes`)

// steady returns what the demo printed as every run prints it.
func steady(printed string) string { return chance.ReplaceAllString(printed, "$3") }
