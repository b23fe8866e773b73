package cosmock

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// store keeps blobs, each a file of ciphertext. File names tell nothing of the
// objects they are part of.
type store struct {
	dir     string // as configured
	objects string
	count   atomic.Uint64
	buffers sync.Pool
}

func newStore(dir string) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	objects, err := os.MkdirTemp(dir, "objects-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for objects: %w", err)
	}
	s := &store{dir: dir, objects: objects}
	s.buffers.New = func() any { b := make([]byte, sealedSize); return &b }
	return s, nil
}

// blob is a file of ciphertext with one data key. Versions, parts and readers
// hold references; the file goes with the last one.
type blob struct {
	path    string
	size    int64 // of the plaintext
	wrapped []byte
	refs    atomic.Int32
}

func (b *blob) acquire() { b.refs.Add(1) }

func (b *blob) release() {
	if b.refs.Add(-1) == 0 {
		_ = os.Remove(b.path) // a leftover is unreadable
	}
}

// release gives up one reference to each.
func release(blobs []*blob) {
	for _, b := range blobs {
		b.release()
	}
}

// write stores a stream under a protection. The caller owns the one reference.
func (s *store) write(keys *keyStore, r io.Reader, p protection, customer sse.CustomerKey, tap func([]byte)) (*blob, error) {
	dataKey, wrapped, err := keys.newDataKey(p, customer)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(s.objects, strconv.FormatUint(s.count.Add(1), 10))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("creating a file for an object: %w", err)
	}
	b := &blob{path: path, wrapped: wrapped}
	b.acquire()
	buffer := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buffer)
	b.size, err = seal(file, r, dataKey, *buffer, tap)
	if closeErr := file.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("closing the file of an object: %w", closeErr)
	}
	if err != nil {
		b.release()
		return nil, err
	}
	return b, nil
}

// reader reads a range of some blobs in a row.
type reader struct {
	blobs    []*blob // all of them, to be released
	rest     []*blob // not yet begun
	keys     *keyStore
	p        protection
	customer sse.CustomerKey
	offset   int64 // into the first of rest
	left     int64
	file     *os.File
	opener   *opener
}

// open reads length bytes from offset on. It takes over a reference to each
// blob, given up by Close.
func open(keys *keyStore, blobs []*blob, p protection, customer sse.CustomerKey, offset, length int64) *reader {
	rest := blobs
	for len(rest) > 0 && offset >= rest[0].size {
		offset -= rest[0].size
		rest = rest[1:]
	}
	return &reader{blobs: blobs, rest: rest, keys: keys, p: p, customer: customer, offset: offset, left: length}
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	for {
		if r.opener == nil {
			if r.left == 0 {
				return 0, io.EOF
			}
			if err := r.next(); err != nil {
				return 0, err
			}
		}
		n, err := r.opener.Read(p)
		if n > 0 || err != io.EOF {
			r.left -= int64(n)
			return n, err
		}
		_ = r.file.Close()
		r.file, r.opener = nil, nil
	}
}

// next opens the next blob.
func (r *reader) next() error {
	if len(r.rest) == 0 {
		return errCorrupt
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	dataKey, err := r.keys.unwrap(b.wrapped, r.p, r.customer)
	if err != nil {
		return err
	}
	if r.file, err = os.Open(b.path); err != nil {
		return fmt.Errorf("opening the file of an object: %w", err)
	}
	r.opener, err = newOpener(r.file, dataKey, b.size, r.offset, min(r.left, b.size-r.offset))
	r.offset = 0
	return err
}

// Close implements io.Closer.
func (r *reader) Close() error {
	if r.file != nil {
		_ = r.file.Close()
	}
	release(r.blobs)
	return nil
}
