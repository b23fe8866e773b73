package content

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// At is an open body, of which any number of readers may read pieces at the
// same time.
type At interface {
	io.ReaderAt
	io.Closer
}

// OpenAt opens the body for reading at any offset. The file is opened once, so
// that one that is replaced meanwhile is read to its end as it was; one that
// is written to makes every read from then on fail with ErrChanged.
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

// watchedFile is a file that must not change.
type watchedFile struct {
	*os.File
	body Body
}

// ReadAt implements io.ReaderAt. It looks at the file after every read, which
// costs a hundredth of it.
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
