package bulk

import (
	"fmt"
	"strings"
)

// Boundary tells whether a prefix without a final slash is the name of a folder
// that cuts through others: "logs" covers logs-old/ as well as logs/. No argument
// tells this. logs/2026-1, which is no folder, is a usual prefix.
type Boundary struct {
	prefix          string
	inside, outside int    // objects in the folder, and objects whose keys go on otherwise
	outsider        string // the first of the latter by key
	odd, target     string // an object in the folder whose copy has an empty folder in its key
}

func (b *Boundary) add(r Result) {
	rest, below := strings.CutPrefix(r.Key, b.prefix)
	switch {
	case b.prefix == "" || strings.HasSuffix(b.prefix, "/") || !below || rest == "":
	case rest[0] != '/':
		if b.outside++; b.outsider == "" || r.Key < b.outsider {
			b.outsider = r.Key
		}
	default:
		b.inside++
		place := strings.TrimSuffix(r.Target, rest)
		if r.Target != "" && (place == "" || strings.HasSuffix(place, "/")) && (b.odd == "" || r.Key < b.odd) {
			b.odd, b.target = r.Key, r.Target
		}
	}
}

// String explains what the prefix has covered if that is probably not what was
// meant. Otherwise it returns "".
func (b Boundary) String() string {
	var text string
	folder := b.prefix + "/"
	switch {
	case b.inside > 0 && b.outside > 0:
		text = fmt.Sprintf("The prefix %q is taken verbatim: besides %s in the folder %q, it covers %s whose keys only begin with it, such as %q. ", b.prefix, Objects(b.inside), folder, Objects(b.outside), b.outsider)
	case b.odd == "":
		return ""
	default:
		text = fmt.Sprintf("The prefix %q is taken verbatim. ", b.prefix)
	}
	if b.odd != "" {
		text += fmt.Sprintf("The copy of %q is %q. ", b.odd, b.target)
	}
	return text + fmt.Sprintf("If the folder is meant, write %q.", folder)
}
