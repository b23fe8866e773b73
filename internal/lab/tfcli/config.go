package tfcli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// RequiredProviders is the terraform block of a configuration for the provider.
const RequiredProviders = `terraform {
  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}
`

// Block returns a block of a configuration, such as `provider "cos"`.
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

// Quote returns a string as an HCL literal.
func Quote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", s))
}

// Override writes a CLI configuration that uses the provider in the directory where it was built, and returns the
// environment variable that selects it. "init" is then not needed. OpenTofu resolves the address to its own registry.
func Override(file, provider string) (variable string, err error) {
	// A JSON string is a valid HCL string unless it contains a template sequence.
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
