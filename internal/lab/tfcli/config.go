package tfcli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// RequiredProviders is the block that a configuration of the provider begins with.
const RequiredProviders = `terraform {
  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}
`

// Block writes a block of a configuration, such as one of `provider "cos"`.
func Block(head string, lines ...string) string {
	return head + " {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// Provider writes the provider's block, with further lines in it. Without an endpoint or a file of trust roots the
// provider's own are used.
func Provider(region, endpoint, caFile string, lines ...string) string {
	lines = append(lines, "region = "+Quote(region))
	if endpoint != "" {
		lines = append(lines, "endpoint = "+Quote(endpoint))
	}
	if caFile != "" {
		lines = append(lines, "ca_certificate_file = "+Quote(filepath.ToSlash(caFile)))
	}
	return Block(`provider "cos"`, lines...)
}

// Quote writes a string of a configuration.
func Quote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", s))
}

// Override writes a CLI configuration that takes the provider from the folder it was built into, and returns the
// variable that makes the CLI read it. With it, "init" is not needed. OpenTofu resolves the address to a registry of
// its own.
func Override(file, provider string) (variable string, err error) {
	// A JSON string is an HCL string, as long as it has no template sign.
	path, err := json.Marshal(filepath.ToSlash(provider))
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/cos-terraform/cos" = %[1]s
    "registry.opentofu.org/cos-terraform/cos" = %[1]s
  }
  direct {}
}
`, path)
	return "TF_CLI_CONFIG_FILE=" + file, os.WriteFile(file, []byte(text), 0o600)
}
