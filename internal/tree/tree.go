// Package tree finds the files of a directory that are to become objects: it
// walks, filters by patterns, follows links, names the keys and measures the
// bodies. It reads the file system and knows neither Terraform nor the network.
//
// A walk never mistakes what it cannot see for what is not there. A folder that
// cannot be read, a link that leads nowhere or two names for one key end it with
// an error, since files that silently drop out of a tree are objects that get
// deleted.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

const (
	// MaxFiles is how many files a tree may have. The plan carries a line for
	// each of them, three times.
	MaxFiles = 20_000
	// maxEntries is how many names a walk looks at.
	maxEntries = 1_000_000
	// maxLinks is how many links a walk follows. They can make a tree of any size
	// out of a few folders.
	maxLinks = MaxFiles
)

// Errors of Walk.
var (
	ErrNotExist     = errors.New("there is no such folder")
	ErrNotDirectory = errors.New("not a folder")
	ErrTooMany      = errors.New("too many files")
)

// Errors of single files, in Problems.
var (
	ErrBrokenLink   = errors.New("the link leads nowhere")
	ErrCircularLink = errors.New("the link leads back to a folder that it is in")
	ErrLeavesRoot   = errors.New("the link leads out of the source folder")
	ErrNotRegular   = errors.New("it is neither a file nor a folder")
	ErrOneKey       = errors.New("two names make one key")
	ErrChanged      = errors.New("the file changed while it was read")
)

// File is a file of a tree.
type File struct {
	// Name is the path below the source, with slashes, in Unicode's composed
	// form (NFC). It is what patterns are matched with.
	Name string
	// Key is the prefix and the name, composed as the CLI composes map keys.
	Key string
	// Path opens the file: names on disk may be decomposed.
	Path string
	// Sum is the length and the CRC64, once the file is measured.
	Sum content.Sum

	info    fs.FileInfo // when it was measured
	literal bool        // a pattern spells the last part of the name out
}

// Tree is what a walk has found.
type Tree struct {
	// Files are in the order of their keys.
	Files []File
	// Unmatched are the patterns that no file or folder matched.
	Unmatched []Unmatched
	// WellKnown are folders .well-known that no pattern names. Sites need them,
	// and so they are the one dot name whose absence is worth a warning.
	WellKnown []string
	// Secret are the states, variables and plans of Terraform that were left
	// out, since no pattern names them.
	Secret []string
}

// Unmatched is a pattern that matched nothing.
type Unmatched struct {
	Pattern Pattern
	Exclude bool
	// Folder: the pattern matches a folder, and what was probably meant is all
	// that is in it.
	Folder bool
}

// Problem is why a file or folder cannot be part of a tree.
type Problem struct {
	Name string
	Err  error
}

// Error implements error.
func (p Problem) Error() string { return fmt.Sprintf("%q: %v", p.Name, p.Err) }

// Unwrap implements errors.Unwrap.
func (p Problem) Unwrap() error { return p.Err }

// Problems are all that is wrong with a tree, by name.
type Problems []Problem

// maxLines bounds a message. A tree can have as many problems as files.
const maxLines = 20

// Error names each file once, and at most twenty of them.
func (p Problems) Error() string {
	var b strings.Builder
	for i, problem := range p {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == maxLines-1 && len(p) > maxLines {
			fmt.Fprintf(&b, "and %d more", len(p)-i)
			break
		}
		b.WriteString(problem.Error())
	}
	return b.String()
}

// Unwrap lets errors.Is look at each of them.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i := range p {
		errs[i] = p[i]
	}
	return errs
}

// asError is nil if there are none, and sorts them otherwise.
func (p Problems) asError() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int { return strings.Compare(a.Name, b.Name) })
	return p
}
