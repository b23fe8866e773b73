package tree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

const (
	// maxOpen limits the number of open files. More readers than processors do
	// not help, and disks are faster with few concurrent reads.
	maxOpen = 16
	// bufferSize is the size of the read buffers.
	bufferSize = 128 << 10
)

// Measure reads every file once to determine its length and CRC64. It leaves out
// Terraform plans regardless of their name, unless a pattern spells it out,
// because a plan contains every value of a configuration. The errors are Problems
// and the context's.
func (t *Tree) Measure(ctx context.Context) error {
	var (
		next     atomic.Int64
		mu       sync.Mutex
		problems Problems
		workers  sync.WaitGroup
	)
	plans := make([]bool, len(t.Files))
	for range min(2*runtime.GOMAXPROCS(0), maxOpen, len(t.Files)) {
		workers.Go(func() {
			buf := make([]byte, bufferSize)
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(t.Files) {
					return
				}
				plan, err := t.Files[i].measure(ctx, buf)
				plans[i] = plan && !t.Files[i].literal
				if err != nil {
					mu.Lock()
					problems = append(problems, Problem{Name: t.Files[i].Name, Err: err})
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := problems.asError(); err != nil {
		return err
	}
	if slices.Contains(plans, true) {
		t.leaveOut(plans)
	}
	return nil
}

// leaveOut moves files from the tree to the list of those left out.
func (t *Tree) leaveOut(which []bool) {
	var kept []File
	for i, f := range t.Files {
		if which[i] {
			t.Secret = append(t.Secret, f.Name)
		} else {
			kept = append(kept, f)
		}
	}
	t.Files = kept
	slices.Sort(t.Secret)
}

// measure reads the file through a buffer. plan reports whether it is a Terraform
// plan.
func (f *File) measure(ctx context.Context, buf []byte) (plan bool, err error) {
	// If a pipe has replaced the file, opening it would block.
	if info, err := os.Stat(f.Path); err != nil {
		return false, cause(err)
	} else if !info.Mode().IsRegular() {
		return false, ErrNotRegular
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return false, cause(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	before, err := file.Stat()
	if err != nil {
		return false, cause(err)
	}
	n, err := io.ReadFull(file, buf)
	plan = isPlan(buf[:n])
	switch {
	case err == nil:
		f.Sum, err = content.SumRest(ctx, content.SumBytes(buf), file, buf)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.Sum, err = content.SumBytes(buf[:n]), nil
	}
	if err != nil {
		return false, cause(err)
	}
	after, err := file.Stat()
	if err != nil {
		return false, cause(err)
	}
	if !same(before, after) || f.Sum.Length != after.Size() {
		return false, ErrChanged
	}
	f.info = after
	return plan, nil
}

// Check checks that a file has not changed since it was measured, according to
// its size, time and identity. It does not read the file.
func (f *File) Check() error {
	info, err := os.Stat(f.Path)
	switch {
	case err != nil:
		return cause(err)
	case f.info == nil, !same(f.info, info), !os.SameFile(f.info, info):
		return fmt.Errorf("%w: it had %d bytes and has %d", errSince, f.Sum.Length, info.Size())
	}
	return nil
}

// Read returns the content of a measured file. It fails if the content is not the
// one that was measured.
func (f *File) Read() (_ []byte, err error) {
	if err := f.Check(); err != nil { // reading a pipe would block
		return nil, err
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return nil, cause(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data := make([]byte, f.Sum.Length+1)
	n, err := io.ReadFull(file, data)
	switch {
	case err == nil:
		return nil, fmt.Errorf("%w: it had %d bytes and has more", errSince, f.Sum.Length)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, cause(err)
	case content.SumBytes(data[:n]) != f.Sum:
		return nil, fmt.Errorf("%w: it has other bytes", errSince)
	}
	return data[:n], nil
}

var errSince = errors.New("the file changed since it was planned")

// Check checks all files. The error is Problems.
func Check(files []File) error {
	var problems Problems
	for i := range files {
		if err := files[i].Check(); err != nil {
			problems = append(problems, Problem{Name: files[i].Name, Err: err})
		}
	}
	return problems.asError()
}

func same(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && b.Mode().IsRegular()
}

// isPlan recognizes a plan by its first bytes: a ZIP archive whose first file is
// named tfplan.
func isPlan(head []byte) bool {
	const name = "tfplan"
	return len(head) >= 30+len(name) && string(head[:4]) == "PK\x03\x04" &&
		int(head[26])|int(head[27])<<8 == len(name) && string(head[30:30+len(name)]) == name
}
