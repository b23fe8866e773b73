#!/bin/sh
# Runs each fuzz target for a while, by itself, and prints how often. What one finds is written below testdata of its
# package, where go test runs it from then on. $1 is how long, such as 20s or 1000x; $2 chooses targets by a pattern.
set -eu
each=$1
chosen=${2:-.}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

failed=0
total=0
for found in $(git ls-files -- '*_test.go' | xargs grep -E '^func Fuzz[A-Za-z0-9_]+\(' | sed -E 's|/[^/]*:func (Fuzz[A-Za-z0-9_]+).*|:\1|' | grep -E -- "$chosen" | sort); do
	package=./${found%:*} target=${found#*:}
	if ! go test -run '^$' -fuzz "^$target\$" -fuzztime "$each" "$package" >"$log" 2>&1; then
		cat "$log" >&2
		failed=1
	fi
	count=$(sed -nE 's/.*execs: ([0-9]+) .*/\1/p' "$log" | tail -n 1)
	total=$((total + ${count:-0}))
	printf '%10s executions: %s %s\n' "${count:-0}" "$package" "$target"
done
printf '%10s executions in all\n' "$total"
exit $failed
