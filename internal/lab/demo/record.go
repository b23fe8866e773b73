package main

import (
	"context"
	"os"
	"regexp"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/recording"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// recordTo writes what the demo prints to an image.
func recordTo(ctx context.Context, file, root string, cli tfcli.CLI) error {
	var out strings.Builder
	program.Check(show(ctx, &report.Account{Out: &out, Color: true}, root, os.TempDir(), cli))
	return os.WriteFile(file, []byte(recording.SVG(steady(out.String()))), 0o644)
}

// chance matches what differs between two runs: times, the port of the server, the MD5 of a key, the size of the state.
var chance = regexp.MustCompile(`(\x1b\[2m)? \(\d+\.\d s\)(\x1b\[0m)?|:\d{4,5}|( MD5) \S{22}==|, in \d+ bytes`)

// steady returns what the demo printed as every run prints it.
func steady(printed string) string { return chance.ReplaceAllString(printed, "$3") }
