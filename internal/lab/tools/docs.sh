#!/bin/sh
# Renders the documentation from schema, templates and examples into a folder given relative to the repository's root,
# where it is run.
set -eu
out=$1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# tfplugindocs tells every file it looks at; that is worth reading only when it fails.
tfplugindocs() {
	.tools/tfplugindocs "$@" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		exit 1
	}
}

go run ./internal/lab/schemajson >"$work/schema.json"
rm -rf "$out"
tfplugindocs generate --provider-name cos --rendered-provider-name terraform-provider-cos \
	--providers-schema "$work/schema.json" --rendered-website-dir "$out"
tfplugindocs validate --provider-name cos --providers-schema "$work/schema.json"
