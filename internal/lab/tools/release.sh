#!/bin/sh
# Builds what is released into dist, unsigned: archives, bills of materials, manifest, checksums. Run it by make, at the
# repository's root. $1 is release, for the tag of the commit, or snapshot; $2 narrows it to one system, as linux_amd64.
set -eu
kind=$1
only=${2:-}

config=.goreleaser.yml
if [ -n "$only" ]; then
	config=.tools/goreleaser-$only.yml
	sed -E "s/^    goos: .*/    goos: [${only%_*}]/; s/^    goarch: .*/    goarch: [${only#*_}]/" .goreleaser.yml >"$config"
fi

flags=--skip=sign,publish,announce
[ "$kind" = release ] || flags="$flags --snapshot"
PATH=$PWD/.tools:$PATH
# Exactly this one, whatever is installed, newer or set: another compiler makes other bytes.
GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.mod)
export PATH GOTOOLCHAIN
# Without a remote, goreleaser knows no commit, and a snapshot would have no date.
if ! git config --get remote.origin.url >/dev/null; then
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=remote.origin.url GIT_CONFIG_VALUE_0=https://github.com/cos-terraform/terraform-provider-cos.git
fi
# shellcheck disable=SC2086 # words on purpose
goreleaser release --config "$config" --clean $flags

cd dist
sums=$(ls terraform-provider-cos_*_SHA256SUMS)
cp ../terraform-registry-manifest.json "${sums%SHA256SUMS}manifest.json"
sha256sum --check --quiet "$sums"
# A registry takes a release whose sums name each of its files, and a user checks no other.
for file in *.zip *.tar.gz *.cdx.json *_manifest.json; do
	[ -e "$file" ] || continue
	grep -q "  $file\$" "$sums" || { echo "$file is not in $sums" >&2; exit 1; }
done
cat "$sums"
