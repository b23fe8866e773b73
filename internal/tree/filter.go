package tree

import (
	"path"
	"strings"
	"unicode/utf8"
)

// filter decides which names belong to a tree, and records which patterns
// matched.
type filter struct {
	include, exclude             []Pattern
	included, excluded           []bool // the pattern matched
	includeFolder, excludeFolder []bool // the pattern matched a directory
}

func newFilter(include, exclude []Pattern) *filter {
	return &filter{
		include: include, exclude: exclude,
		included: make([]bool, len(include)), excluded: make([]bool, len(exclude)),
		includeFolder: make([]bool, len(include)), excludeFolder: make([]bool, len(exclude)),
	}
}

// selection is the result of a filter for a name.
type selection struct {
	excluded bool
	file     bool // if it is a file, it belongs to the tree
	folder   bool // if it is a directory, its contents may belong to the tree
	literal  bool // a pattern spells out the last path element
	secret   bool // excluded only because it is a file of Terraform's own
}

// judge classifies a name whose type may be unknown. isFile and isFolder say what
// is known, which determines the patterns that count as matched.
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

// unseen records that the contents of a directory are skipped. A pattern that
// could match there does not count as unmatched.
func (f *filter) unseen(folder string) {
	for i, p := range f.exclude {
		if !f.excluded[i] {
			_, f.excluded[i] = p.match(folder)
		}
	}
}

// unmatched returns the patterns that did not match.
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

// secretWord returns the part of a name that marks a file in which Terraform
// stores values: a state, a variables file or a plan. It returns "" for other
// names.
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

// disguise replaces the last character of the word. A pattern that still matches
// the name does not spell out the word.
func disguise(name, base, word string) string {
	at := len(name) - len(base) + strings.Index(strings.ToLower(base), word) + len(word)
	if at > len(name) { // the lower-case form is longer, which does not occur in practice
		return name
	}
	_, size := utf8.DecodeLastRuneInString(name[:at])
	return name[:at-size] + "\ue000" + name[at:]
}
