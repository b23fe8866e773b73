package tree

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Options determine which files of a directory belong to a tree.
type Options struct {
	// Prefix is prepended to the name in every key.
	Prefix string
	// Include and Exclude select names. An empty Include means **. Exclude takes
	// precedence.
	Include, Exclude []Pattern
	// CheckKey refuses a key that no object can have; nil accepts all.
	CheckKey func(key string) error
}

// everything is the default of Include.
var everything = Pattern{text: "**", alternatives: []alternative{{{text: "**", any: true}}}}

// Walk finds the files of a directory without opening them. The errors are
// ErrNotExist, ErrNotDirectory, ErrTooMany, Problems, the context's, and those of
// the operating system for a source that cannot be read.
func Walk(ctx context.Context, source string, o Options) (*Tree, error) {
	info, err := os.Stat(source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", source, ErrNotExist)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s: %w", source, ErrNotDirectory)
	}
	root, err := filepath.EvalSymlinks(source)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	if len(o.Include) == 0 {
		o.Include = []Pattern{everything}
	}
	w := &walk{
		Options: o, root: root, filter: newFilter(o.Include, o.Exclude),
		open: map[string]bool{}, perFolder: map[string]int{},
	}
	if err := w.folder(ctx, "", source, root); err != nil {
		return nil, err
	}
	if w.count > MaxFiles {
		return nil, w.tooMany(source)
	}
	w.sort()
	if err := w.problems.asError(); err != nil {
		return nil, err
	}
	w.tree.Unmatched = slices.DeleteFunc(w.filter.unmatched(), func(u Unmatched) bool { return u.Pattern.text == everything.text })
	return &w.tree, nil
}

// walk is a walk in progress.
type walk struct {
	Options

	root      string // with links resolved
	filter    *filter
	open      map[string]bool // directories that the walk is in, with links resolved
	entries   int
	links     int
	count     int
	perFolder map[string]int // number of files by top-level directory, to suggest how to split
	problems  Problems
	tree      Tree
}

// folder walks a directory. name is its composed path below the source, path is
// the path to open, and resolved is the path with links resolved.
func (w *walk) folder(ctx context.Context, name, path, resolved string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.open[resolved] {
		w.problem(name, ErrCircularLink)
		return nil
	}
	w.open[resolved] = true
	defer delete(w.open, resolved)
	entries, err := os.ReadDir(path)
	switch {
	case err != nil && name == "":
		return err
	case err != nil:
		// Its contents are unknown and must not count as removed.
		w.problem(name, cause(err))
		return nil
	}
	for _, e := range entries {
		if w.entries++; w.entries > maxEntries {
			return fmt.Errorf("%w: the walk has seen more than %d names; exclude the folders that hold them", ErrTooMany, maxEntries)
		}
		below := norm.NFC.String(join(name, e.Name()))
		at := filepath.Join(path, e.Name())
		switch {
		case e.IsDir():
			err = w.enter(ctx, below, at, filepath.Join(resolved, e.Name()))
		case e.Type()&fs.ModeSymlink != 0:
			err = w.link(ctx, below, at, filepath.Join(resolved, e.Name()))
		default:
			w.file(below, at, e.Type().IsRegular())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wellKnown is the directory of RFC 8615.
const wellKnown = ".well-known"

// enter walks a directory if its contents may belong to the tree.
func (w *walk) enter(ctx context.Context, name, path, resolved string) error {
	switch v := w.filter.judge(name, false, true); {
	case v.folder:
		return w.folder(ctx, name, path, resolved)
	case !v.excluded && filepath.Base(path) == wellKnown:
		w.tree.WellKnown = append(w.tree.WellKnown, name)
	}
	return nil
}

// link follows a link that may belong to the tree. The target of a broken link is
// unknown, so it counts as selected if a file or directory with its name would
// be. inReal is the path of the link with all other links resolved, which is
// cheaper to resolve.
func (w *walk) link(ctx context.Context, name, path, inReal string) error {
	v := w.filter.judge(name, false, false)
	if v.excluded || !v.file && !v.folder && !v.secret {
		return nil
	}
	if w.links++; w.links > maxLinks {
		return fmt.Errorf("%w: the walk has followed more than %d links; links may lead to folders of links", ErrTooMany, maxLinks)
	}
	info, resolved, ok := w.follow(name, inReal)
	if !ok || !info.IsDir() && !v.file && !v.secret {
		return nil
	}
	if !w.contains(resolved) {
		w.problem(name, ErrLeavesRoot)
		return nil
	}
	if info.IsDir() {
		return w.enter(ctx, name, path, resolved)
	}
	w.file(name, path, info.Mode().IsRegular())
	return nil
}

// follow determines the target of a link, or records why it cannot.
func (w *walk) follow(name, link string) (info fs.FileInfo, resolved string, ok bool) {
	info, err := os.Stat(link)
	if err == nil {
		resolved, err = filepath.EvalSymlinks(link)
	}
	if err != nil {
		w.problem(name, ofLink(err))
	}
	return info, resolved, err == nil
}

// contains reports whether a path with links resolved is in the source.
func (w *walk) contains(resolved string) bool {
	below, err := filepath.Rel(w.root, resolved)
	return err == nil && filepath.IsLocal(below)
}

// ofLink returns the reason why a link could not be followed.
func ofLink(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrBrokenLink
	case errors.Is(err, syscall.ELOOP):
		return ErrCircularLink
	}
	return cause(err)
}

// file adds a file that belongs to the tree.
func (w *walk) file(name, path string, regular bool) {
	v := w.filter.judge(name, true, false)
	if v.secret {
		w.tree.Secret = append(w.tree.Secret, name)
	}
	if !v.file {
		return
	}
	w.count++
	first, _, nested := strings.Cut(name, "/")
	if !nested {
		first = ""
	}
	w.perFolder[first]++
	if w.count > MaxFiles {
		return // only counted, to suggest how to split
	}
	key := norm.NFC.String(w.Prefix + name)
	switch {
	case !regular:
		w.problem(name, ErrNotRegular)
	case !utf8.ValidString(key):
		w.problem(name, errors.New("the name is not valid UTF-8, and keys are"))
	case w.CheckKey != nil:
		if err := w.CheckKey(key); err != nil {
			w.problem(name, err)
		}
	}
	w.tree.Files = append(w.tree.Files, File{Name: name, Key: key, Path: path, literal: v.literal})
}

// sort sorts the files by key, which brings two files with the same key together.
func (w *walk) sort() {
	files := w.tree.Files
	slices.SortFunc(files, func(a, b File) int { return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Path, b.Path)) })
	for i := 1; i < len(files); i++ {
		if a, b := files[i-1], files[i]; a.Key == b.Key {
			w.problem(b.Name, fmt.Errorf("%w: %s and %s are the same text to Terraform, and both would be stored as %q",
				ErrOneKey, strconv.QuoteToASCII(filepath.ToSlash(a.Path)), strconv.QuoteToASCII(filepath.ToSlash(b.Path)), b.Key))
		}
	}
	slices.Sort(w.tree.Secret)
	slices.Sort(w.tree.WellKnown)
}

func (w *walk) problem(name string, err error) {
	w.problems = append(w.problems, Problem{Name: name, Err: err})
}

// tooMany suggests how a tree can be split.
func (w *walk) tooMany(source string) error {
	folders := slices.SortedFunc(maps.Keys(w.perFolder), func(a, b string) int {
		return cmp.Or(cmp.Compare(w.perFolder[b], w.perFolder[a]), strings.Compare(a, b))
	})
	var most []string
	for _, f := range folders[:min(3, len(folders))] {
		if shown := strconv.Quote(f + "/"); f != "" {
			most = append(most, fmt.Sprintf("%d below %s", w.perFolder[f], shown))
		} else {
			most = append(most, fmt.Sprintf("%d in the source folder itself", w.perFolder[f]))
		}
	}
	return fmt.Errorf("%w: %s has %d files that match, and one resource manages at most %d. Split them: the same source may be declared several times, "+
		"each time with other patterns in include and exclude, so that each file belongs to one resource. Most files: %s",
		ErrTooMany, source, w.count, MaxFiles, strings.Join(most, ", "))
}

// join is like path.Join without cleaning: on Unix, a name may contain a
// backslash, which has no special meaning.
func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// cause returns an error without the path, which the message already contains.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
