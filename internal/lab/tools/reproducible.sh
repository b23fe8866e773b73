#!/bin/sh
# Builds one commit twice, in folders of different names and with compilers that remember nothing, and compares all
# checksums. $1 is a commit, $2 narrows it to one system, as linux_amd64.
set -eu
commit=$(git rev-parse "$1^{commit}")
only=${2:-}

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

for copy in one another/one; do
	mkdir -p "$work/$copy"
	git clone --quiet --no-local . "$work/$copy"
	git -C "$work/$copy" checkout --quiet --detach "$commit"
	mkdir -p "$work/$copy/.tools"
	cp .tools/goreleaser .tools/cyclonedx-gomod "$work/$copy/.tools/"
	(cd "$work/$copy" && GOCACHE=$work/cache-$(basename "$(dirname "$copy")") sh internal/lab/tools/release.sh snapshot "$only") >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
done
diff "$work"/one/dist/*_SHA256SUMS "$work"/another/one/dist/*_SHA256SUMS || { echo "two builds of $commit differ" >&2; exit 1; }
cat "$work"/one/dist/*_SHA256SUMS
echo "two builds of $commit are the same"
