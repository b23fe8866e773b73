package content

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// At is an open body that supports concurrent reads.
type At interface {
	io.ReaderAt
	io.Closer
}

// OpenAt opens the body for reading at any offset. The file is opened once: if it
// is replaced, the old file is read to its end; if it is written to, all further
// reads return ErrChanged.
func (b Body) OpenAt() (At, error) {
	if b.path == "" {
		return memory{bytes.NewReader(b.data)}, nil
	}
	f, err := b.openFile()
	if err != nil {
		return nil, err
	}
	return &watchedFile{f, b}, nil
}

type memory struct{ io.ReaderAt }

func (memory) Close() error { return nil }

// watchedFile is a file whose reads fail once it has changed.
type watchedFile struct {
	*os.File
	body Body
}

// ReadAt implements io.ReaderAt. It checks the file after every read, which costs
// about a hundredth of the read.
func (f *watchedFile) ReadAt(p []byte, offset int64) (int, error) {
	n, err := f.File.ReadAt(p, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, err
	}
	if err := f.body.unchanged(f.File); err != nil {
		return 0, err
	}
	return n, err
}
