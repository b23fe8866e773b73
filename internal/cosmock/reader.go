package cosmock

import (
	"errors"
	"io"
	"os"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// reader reads a range of several consecutive blobs.
type reader struct {
	blobs    []*blob // all blobs, to release them
	rest     []*blob // blobs not yet opened
	keys     *keyStore
	p        protection
	customer sse.CustomerKey
	offset   int64 // in the first blob of rest
	left     int64
	file     *os.File
	opener   *opener
}

// open returns a reader of length bytes from offset. It takes ownership of a
// reference to each blob, which Close releases.
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
		if n > 0 || !errors.Is(err, io.EOF) {
			r.left -= int64(n)
			return n, err
		}
		r.closeFile()
		r.opener = nil
	}
}

func (r *reader) closeFile() {
	if r.file != nil {
		_ = r.file.Close()
		r.file = nil
	}
}

// next opens the next blob.
func (r *reader) next() error {
	for len(r.rest) > 0 && r.rest[0].size == 0 {
		r.rest = r.rest[1:]
	}
	if len(r.rest) == 0 {
		return errCorrupt
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	dataKey, err := r.keys.unwrap(b.wrapped, r.p, r.customer)
	if err != nil {
		return err
	}
	ciphertext, file, err := b.open()
	if err != nil {
		return err
	}
	r.file = file
	r.opener, err = newOpener(ciphertext, dataKey, b.size, r.offset, min(r.left, b.size-r.offset))
	r.offset = 0
	return err
}

// Close implements io.Closer.
func (r *reader) Close() error {
	r.closeFile()
	release(r.blobs)
	return nil
}
