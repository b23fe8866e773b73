// Command terraform-provider-cos serves the provider for Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

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
		log.SetFlags(0)
		log.SetOutput(os.Stdout)
		log.Printf("terraform-provider-cos %s (%s)", version, commit)
		return
	}
	if !*debug {
		// The SDK would write every message of the protocol, customer keys
		// and bodies included, to files in this folder.
		if err := os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR"); err != nil {
			log.Fatal(err)
		}
		if _, err := startup.Tune(); err != nil {
			log.Fatal(err)
		}
	}
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve("registry.terraform.io/cos-terraform/cos", provider.Server(version), options...); err != nil {
		log.Fatal(err)
	}
}
