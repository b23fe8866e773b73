// Command terraform-provider-cos serves the provider for Terraform and OpenTofu.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/startup"
)

// Set by the linker in a release build.
var (
	version = "dev"
	commit  = "none"
)

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger: print how the CLI can attach to this process")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Fprintf(os.Stdout, "terraform-provider-cos %s (%s)\n", version, commit)
		return
	}
	startup.CaptureLog(os.Stderr)
	if !*debug {
		// The SDK would write every message of the protocol, customer keys
		// and bodies included, to files in this folder.
		if err := os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR"); err != nil {
			fail(err)
		}
		if _, err := fastpath.Tune(); err != nil {
			fail(err)
		}
	}
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve("registry.terraform.io/cos-terraform/cos", provider.Server(version), options...); err != nil {
		fail(err)
	}
}

// fail ends the process with what keeps it from serving. The standard logger
// would withhold it.
func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
