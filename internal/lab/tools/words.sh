#!/bin/sh
# Refuses words that no native writer would use, in comments, texts and pages. Without arguments it reads every tracked file.
set -eu
words='can not|at hand|hears of|heardOf|otherwise than|Understood are|allowed is|who tries them all|never ends green|Where there is no|has a word|a word to say|as the one that is there|nobody tells|nobody knows of|told of|all is well|made anew|taken out of the configuration|hears|which is kept nowhere|if that is what you mean|mend what failed'
[ $# -gt 0 ] || set -- $(git ls-files -- '*.go' '*.md' '*.tmpl' '*.tf' '*.sh')
found=0
for file; do
	case $file in
	internal/lab/tools/words.sh | CHANGELOG.md) continue ;;
	*.go | *.md | *.tmpl | *.tf | *.sh) ;;
	*) continue ;;
	esac
	if grep -nHE "\b($words)\b" "$file"; then
		found=1
	fi
done
[ $found = 0 ] || { echo 'these words read as translated: say it as the pages of other providers do' >&2; exit 1; }
