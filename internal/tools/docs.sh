#!/bin/sh
# Renders the documentation from schema, templates and examples into a folder given relative to the repository's root,
# where it is run. The schema comes from whichever CLI is at hand, over a development override: tfplugindocs alone
# would insist on a terraform on the PATH.
set -eu
out=$1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

cli=$(go run ./internal/tfcli/cmd/tfcli)
go build -o "$work/" .

# tfplugindocs looks for the schema under this address, whatever the provider's own is.
address=registry.terraform.io/hashicorp/cos
cat >"$work/cli.tfrc" <<END
provider_installation {
  dev_overrides {
    "$address" = "$work"
  }
  direct {}
}
END
cat >"$work/main.tf" <<END
terraform {
  required_providers {
    cos = {
      source = "$address"
    }
  }
}
END
CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE="$work/cli.tfrc" \
	"$cli" -chdir="$work" providers schema -json >"$work/schema.json"

rm -rf "$out"
.tools/tfplugindocs generate --provider-dir . --provider-name cos --rendered-provider-name terraform-provider-cos \
	--providers-schema "$work/schema.json" --rendered-website-dir "$out" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
.tools/tfplugindocs validate --provider-dir . --provider-name cos --providers-schema "$work/schema.json" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
