// Package content turns a declared body (a file, a text, base64) into something
// that can be opened more than once, measured and named.
package content

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// MaxInline is the largest body, in bytes, that may stand in a configuration.
// It keeps well below the 256 MiB at which a plugin message ends, of which a
// plan carries the body three times.
const MaxInline = 8 << 20

// Errors of Source.Body and of what Body opens. They are wrapped with the path.
var (
	ErrNotExist   = errors.New("there is no such file")
	ErrNotRegular = errors.New("not a regular file")
	ErrChanged    = errors.New("the file changed while it was read")
	ErrTooLarge   = fmt.Errorf("the body is larger than %d bytes (8 MiB)", MaxInline)
	ErrBase64     = errors.New("the value is not base64 (standard alphabet, with padding)")
)

// Source is a declared body. The zero value is "no body declared".
type Source struct {
	path string
	data []byte
	kind kind
}

type kind int

const (
	none kind = iota
	file
	inline
)

// File declares the content of a file, which need not exist yet. The path is
// resolved when the file is opened.
func File(path string) Source { return Source{kind: file, path: path} }

// Text declares the UTF-8 text itself. Larger than MaxInline is ErrTooLarge.
func Text(s string) (Source, error) {
	if len(s) > MaxInline {
		return Source{}, ErrTooLarge
	}
	return Source{kind: inline, data: []byte(s)}, nil
}

// Base64 declares the bytes that s encodes. The error is ErrBase64 or
// ErrTooLarge and never contains the value.
func Base64(s string) (Source, error) {
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return Source{}, ErrBase64
	}
	if len(data) > MaxInline {
		return Source{}, ErrTooLarge
	}
	return Source{kind: inline, data: data}, nil
}

// Declared reports whether there is a body at all. The empty text is one.
func (s Source) Declared() bool { return s.kind != none }

// Path returns the path of a file, "" for a body of another kind.
func (s Source) Path() string { return s.path }

// Body looks at the source and fixes its size. For a file the errors are
// ErrNotExist, ErrNotRegular, and what the operating system says of one that
// cannot be opened.
func (s Source) Body() (Body, error) {
	switch s.kind {
	case inline:
		return Body{data: s.data, size: int64(len(s.data))}, nil
	case file:
	default:
		return Body{}, errors.New("no body is declared")
	}
	if s.path == os.DevNull { // the idiom for an empty object
		return Body{data: []byte{}}, nil
	}
	path := Resolve(s.path)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Body{}, fmt.Errorf("%s: %w", s.path, ErrNotExist)
	}
	if err != nil {
		return Body{}, err
	}
	if info.IsDir() {
		return Body{}, fmt.Errorf("%s: %w: it is a folder", s.path, ErrNotRegular)
	}
	if !info.Mode().IsRegular() {
		return Body{}, fmt.Errorf("%s: %w", s.path, ErrNotRegular)
	}
	b := Body{path: path, size: info.Size(), modified: info.ModTime()}
	f, err := os.Open(path) // tells now what the upload would find out later
	if err != nil {
		return Body{}, err
	}
	return b, f.Close()
}

// Body is a body of a fixed size that can be opened any number of times. A
// file is streamed, never held in memory.
type Body struct {
	path     string
	data     []byte
	size     int64
	modified time.Time
}

// Bytes is a body that is in memory already.
func Bytes(data []byte) Body {
	if data == nil {
		data = []byte{}
	}
	return Body{data: data, size: int64(len(data))}
}

// Size is the length in bytes at the time the source was looked at.
func (b Body) Size() int64 { return b.size }

// Modified is when the file was written last; the zero time for other bodies.
func (b Body) Modified() time.Time { return b.modified }

// Inline returns the bytes where the body is held in memory.
func (b Body) Inline() ([]byte, bool) { return b.data, b.path == "" }

// Open starts reading at the beginning. A file that no longer has the size or
// the modification time it had is ErrChanged.
func (b Body) Open() (io.ReadCloser, error) {
	if b.path == "" {
		return io.NopCloser(bytes.NewReader(b.data)), nil
	}
	return b.openFile()
}

func (b Body) openFile() (*os.File, error) {
	f, err := os.Open(b.path)
	if err != nil {
		return nil, err
	}
	if err := b.unchanged(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// unchanged compares the file with what it was when the source was looked at.
func (b Body) unchanged(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() != b.size:
		return fmt.Errorf("%s: %w: it had %d bytes and has %d", b.path, ErrChanged, b.size, info.Size())
	case !info.ModTime().Equal(b.modified):
		return fmt.Errorf("%s: %w: it was written to", b.path, ErrChanged)
	}
	return nil
}
