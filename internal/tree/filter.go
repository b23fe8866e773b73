package tree

import (
	"path"
	"strings"
	"unicode/utf8"
)

// filter decides which names belong to a tree, and remembers which patterns
// were of use.
type filter struct {
	include, exclude             []Pattern
	included, excluded           []bool // the pattern matched
	includeFolder, excludeFolder []bool // the pattern matched a folder
}

func newFilter(include, exclude []Pattern) *filter {
	return &filter{
		include: include, exclude: exclude,
		included: make([]bool, len(include)), excluded: make([]bool, len(exclude)),
		includeFolder: make([]bool, len(include)), excludeFolder: make([]bool, len(exclude)),
	}
}

// selection is what a filter says of a name.
type selection struct {
	excluded bool
	file     bool // it belongs to the tree if it is a file
	folder   bool // something in it can belong to the tree if it is a folder
	literal  bool // a pattern spells the last part out
	secret   bool // it would belong to the tree if it were not Terraform's own
}

// judge looks at a name of which it need not be known what it is. kind says what
// is known: it counts for the patterns that matched.
func (f *filter) judge(name string, isFile, isFolder bool) selection {
	var v selection
	for i, p := range f.exclude {
		whole, _ := p.match(name)
		switch {
		case isFolder && p.everything(name):
			f.excluded[i], v.excluded = true, true
		case whole && isFolder:
			f.excludeFolder[i] = true
		case whole:
			f.excluded[i], v.excluded = true, true
		}
	}
	if v.excluded {
		f.unseen(name)
		return v
	}
	base := path.Base(name)
	disguised := ""
	if word := secretWord(base); word != "" {
		disguised = disguise(name, base, word)
	}
	for i, p := range f.include {
		for _, a := range p.alternatives {
			whole, below := a.match(name, true)
			v.folder = v.folder || below
			if !whole {
				continue
			}
			if isFolder {
				f.includeFolder[i] = true
				continue
			}
			if disguised != "" {
				if other, _ := a.match(disguised, true); other {
					v.secret = true
					continue
				}
			}
			v.file = true
			v.literal = v.literal || a[len(a)-1].literal
			if isFile {
				f.included[i] = true
			}
		}
	}
	v.secret = v.secret && !v.file
	if isFolder && !v.folder {
		f.unseen(name)
	}
	return v
}

// unseen notes that nothing below a folder is looked at: a pattern that could
// match there cannot be said to match nothing.
func (f *filter) unseen(folder string) {
	for i, p := range f.exclude {
		if !f.excluded[i] {
			_, f.excluded[i] = p.match(folder)
		}
	}
}

// unmatched lists the patterns that were of no use.
func (f *filter) unmatched() []Unmatched {
	var all []Unmatched
	for i, p := range f.include {
		if !f.included[i] {
			all = append(all, Unmatched{Pattern: p, Folder: f.includeFolder[i]})
		}
	}
	for i, p := range f.exclude {
		if !f.excluded[i] {
			all = append(all, Unmatched{Pattern: p, Exclude: true, Folder: f.excludeFolder[i]})
		}
	}
	return all
}

// secretWord returns what makes a name one of a file in which Terraform keeps
// values: a state, a file of variables or a plan. "" if nothing does.
func secretWord(base string) string {
	lower := strings.ToLower(base)
	for _, word := range []string{".tfstate", ".tfvars", ".tfplan"} {
		if strings.Contains(lower, word) {
			return word
		}
	}
	if lower == "tfplan" || strings.HasPrefix(lower, "tfplan.") {
		return "tfplan"
	}
	return ""
}

// disguise replaces the last character of the word. A pattern that matches the
// name all the same has not spelled the word out.
func disguise(name, base, word string) string {
	at := len(name) - len(base) + strings.Index(strings.ToLower(base), word) + len(word)
	if at > len(name) { // lower case is longer: no name that anybody gives
		return name
	}
	_, size := utf8.DecodeLastRuneInString(name[:at])
	return name[:at-size] + "\ue000" + name[at:]
}
