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

// store keeps blobs on disk: small ones together in packs, others in one file
// each. File names reveal nothing about the objects.
type store struct {
	dir     string // as configured
	objects string
	count   atomic.Uint64
	buffers sync.Pool
	packs   packs
}

func newStore(dir string) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	objects, err := os.MkdirTemp(dir, "objects-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for objects: %w", err)
	}
	return &store{dir: dir, objects: objects}, nil
}

// create creates a new file.
func (s *store) create() (*os.File, error) {
	name := filepath.Join(s.objects, strconv.FormatUint(s.count.Add(1), 10))
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("creating a file for objects: %w", err)
	}
	return file, nil
}

func (s *store) close() error { return s.packs.close() }

// blob is ciphertext with one data key. Versions, parts and readers hold
// references to it; the ciphertext is removed with the last reference.
type blob struct {
	path    string // if it has a file of its own
	pack    *pack  // or the pack that contains it
	offset  int64  // in the pack
	size    int64  // of the plaintext
	wrapped []byte
	refs    atomic.Int32
}

func (b *blob) acquire() { b.refs.Add(1) }

func (b *blob) release() {
	switch {
	case b.refs.Add(-1) > 0:
	case b.pack != nil:
		b.pack.release()
	case b.path != "":
		_ = os.Remove(b.path) // a file that is left behind cannot be decrypted
	}
}

// release drops one reference to each blob.
func release(blobs []*blob) {
	for _, b := range blobs {
		b.release()
	}
}

// write stores a stream under a protection and computes its digest. The caller
// owns the blob's only reference.
func (s *store) write(keys *keyStore, r io.Reader, p protection, customer sse.CustomerKey, d *digest) (*blob, error) {
	dataKey, wrapped, err := keys.newDataKey(p, customer)
	if err != nil {
		return nil, err
	}
	aead, err := newGCM(dataKey)
	if err != nil {
		return nil, err
	}
	buffers, ok := s.buffers.Get().(*sealBuffers)
	if !ok { // the pool is empty
		buffers = newSealBuffers()
	}
	defer s.buffers.Put(buffers)
	sealer := &sealer{r: r, aead: aead, sealBuffers: buffers, tap: func(plain []byte) []byte {
		d.add(plain)
		return plain
	}}
	first, last, err := sealer.next()
	if err != nil {
		return nil, err
	}
	b := &blob{wrapped: wrapped}
	b.acquire()
	if last {
		b.size = sealer.size
		if b.size > 0 {
			b.pack, b.offset, err = s.packs.append(s, first)
		}
		return b, err
	}
	var wait func() []byte
	sealer.tap, wait = d.inParallel(buffers.spare)
	b.path, err = s.writeFile(sealer, first)
	buffers.spare = wait()
	if err != nil {
		b.release()
		return nil, err
	}
	b.size = sealer.size
	return b, nil
}

// writeFile writes the first chunk and the following ones to a file.
func (s *store) writeFile(sealer *sealer, sealed []byte) (path string, err error) {
	file, err := s.create()
	if err != nil {
		return "", err
	}
	defer func() {
		if closeErr := file.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("closing the file of an object: %w", closeErr)
		}
	}()
	for last := false; ; {
		if _, err := file.Write(sealed); err != nil {
			return file.Name(), fmt.Errorf("writing the file of an object: %w", err)
		}
		if last {
			return file.Name(), nil
		}
		if sealed, last, err = sealer.next(); err != nil {
			return file.Name(), err
		}
	}
}

// open opens the ciphertext of a blob. The returned file is nil if the blob is in
// a pack.
func (b *blob) open() (io.ReaderAt, *os.File, error) {
	if b.pack != nil {
		return io.NewSectionReader(b.pack.file, b.offset, b.size+sealedSize-chunkSize), nil, nil
	}
	file, err := os.Open(b.path)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the file of an object: %w", err)
	}
	return file, file, nil
}
