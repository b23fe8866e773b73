// Package content turns a declared body (a file, text, or base64) into one that
// has a known size and checksum and can be opened repeatedly.
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

// MaxInline is the largest body, in bytes, that a configuration may contain. A
// plan carries the body three times, and plugin messages are limited to 256 MiB;
// MaxInline stays well below that.
const MaxInline = 8 << 20

// Errors of Source.Body and Body.Open. They are wrapped with the path.
var (
	ErrNotExist   = errors.New("there is no such file")
	ErrNotRegular = errors.New("not a regular file")
	ErrChanged    = errors.New("the file changed while it was read")
	ErrTooLarge   = fmt.Errorf("the body is larger than %d bytes (8 MiB)", MaxInline)
	ErrBase64     = errors.New("the value is not base64 (standard alphabet, with padding)")
)

// Source is a declared body. The zero value means that none is declared.
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

// Text declares UTF-8 text. It returns ErrTooLarge for more than MaxInline bytes.
func Text(s string) (Source, error) {
	if len(s) > MaxInline {
		return Source{}, ErrTooLarge
	}
	return Source{kind: inline, data: []byte(s)}, nil
}

// Base64 declares the bytes encoded in s. Its errors are ErrBase64 and
// ErrTooLarge; they never contain the value.
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

// Declared reports whether a body is declared. Empty text is a body.
func (s Source) Declared() bool { return s.kind != none }

// Path returns the path of a file, or "" for other bodies.
func (s Source) Path() string { return s.path }

// Body inspects the source and fixes its size. For a file, it returns
// ErrNotExist, ErrNotRegular, or the operating system's error if the file cannot
// be opened.
func (s Source) Body() (Body, error) {
	switch s.kind {
	case inline:
		return Body{data: s.data, size: int64(len(s.data))}, nil
	case file:
	default:
		return Body{}, errors.New("no body is declared")
	}
	if s.path == os.DevNull { // commonly used for an empty object
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
	f, err := os.Open(path) // reports errors before the upload would
	if err != nil {
		return Body{}, err
	}
	return b, f.Close()
}

// Body is a body of a fixed size that can be opened any number of times. A file
// is streamed, never held in memory.
type Body struct {
	path     string
	data     []byte
	size     int64
	modified time.Time
}

// Bytes returns a body that is held in memory.
func Bytes(data []byte) Body {
	if data == nil {
		data = []byte{}
	}
	return Body{data: data, size: int64(len(data))}
}

// Size returns the length in bytes at the time the source was inspected.
func (b Body) Size() int64 { return b.size }

// Modified returns the file's modification time, or the zero time for other
// bodies.
func (b Body) Modified() time.Time { return b.modified }

// Inline returns the bytes of a body that is held in memory.
func (b Body) Inline() ([]byte, bool) { return b.data, b.path == "" }

// Open starts reading at the beginning. It returns ErrChanged if the file's size
// or modification time has changed.
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

// unchanged compares the file with its state when the source was inspected.
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
