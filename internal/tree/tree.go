// Package tree finds the files of a directory that are to become objects. It
// walks the directory, filters by patterns, follows links, determines the keys
// and measures the contents. It uses the file system but neither Terraform nor
// the network.
//
// A walk never treats something that it cannot read as absent. An unreadable
// directory, a broken link or two names for one key is an error, because a file
// that silently disappears from the tree would have its object deleted.
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
	// MaxFiles is the largest number of files of a tree. The plan contains three
	// entries for each of them.
	MaxFiles = 20_000
	// maxEntries is the largest number of names that a walk looks at.
	maxEntries = 1_000_000
	// maxLinks is the largest number of links that a walk follows. Links can turn
	// a few directories into a tree of any size.
	maxLinks = MaxFiles
)

// Errors of Walk.
var (
	ErrNotExist     = errors.New("there is no such folder")
	ErrNotDirectory = errors.New("not a folder; to store one file, use the resource cos_encrypted_object")
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
	// Name is the path below the source, with slashes, in Unicode's composed form
	// (NFC). Patterns are matched against it.
	Name string
	// Key is the prefix plus the name, composed as the CLI composes map keys.
	Key string
	// Path is the path to open. Names on disk may be decomposed.
	Path string
	// Sum is the length and CRC64 of a measured file.
	Sum content.Sum

	info    fs.FileInfo // when it was measured
	literal bool        // a pattern spells out the last path element
}

// Tree is the result of a walk.
type Tree struct {
	// Files are sorted by key.
	Files []File
	// Unmatched are the patterns that matched no file or directory.
	Unmatched []Unmatched
	// WellKnown are .well-known directories that no pattern names. Because sites
	// need them, they are the only dot names whose omission causes a warning.
	WellKnown []string
	// Secret are Terraform states, variables files and plans that were left out
	// because no pattern names them.
	Secret []string
}

// Unmatched is a pattern that matched nothing.
type Unmatched struct {
	Pattern Pattern
	Exclude bool
	// Folder means that the pattern matches a directory, so its contents were
	// probably meant.
	Folder bool
}

// Problem is the reason why a file or directory cannot be part of a tree.
type Problem struct {
	Name string
	Err  error
}

// Error implements error.
func (p Problem) Error() string { return fmt.Sprintf("%q: %v", p.Name, p.Err) }

// Unwrap implements errors.Unwrap.
func (p Problem) Unwrap() error { return p.Err }

// Problems are all problems of a tree, sorted by name.
type Problems []Problem

// maxLines limits the length of a message. A tree can have as many problems as
// files.
const maxLines = 20

// Error lists each file once, and at most maxLines files.
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

// Unwrap returns all problems for errors.Is.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i := range p {
		errs[i] = p[i]
	}
	return errs
}

// asError returns the sorted problems, or nil if there are none.
func (p Problems) asError() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int { return strings.Compare(a.Name, b.Name) })
	return p
}
