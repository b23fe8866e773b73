package cosmock

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A blob on disk is a sequence of chunks. Each is sealed with AES-256-GCM under
// the blob's data key, with the chunk number as the nonce. A range can therefore
// be read without the preceding data, chunks cannot be reordered, and only the
// right key decrypts them. The index holds the length, so a file truncated at a
// chunk boundary is detected too.
const (
	chunkSize  = 64 << 10
	sealedSize = chunkSize + 16
)

// errCorrupt is returned for ciphertext that the key does not decrypt.
var errCorrupt = errors.New("stored data does not decrypt")

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making a cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

func chunkNonce(nonce *[12]byte, chunk int64) []byte {
	binary.BigEndian.PutUint64(nonce[4:], uint64(chunk))
	return nonce[:]
}

// sealer encrypts a stream chunk by chunk. r must not return ErrUnexpectedEOF,
// which io.ReadFull returns for a partial last chunk.
type sealer struct {
	r    io.Reader
	aead cipher.AEAD
	*sealBuffers
	// tap receives the plaintext of each chunk and returns the buffer for the
	// next one. It returns a different buffer if it still uses the chunk.
	tap func(plain []byte) []byte

	size  int64 // of the plaintext so far
	nonce [12]byte
	chunk int64
}

// sealBuffers are the buffers of a sealer.
type sealBuffers struct {
	plain, spare, sealed []byte
}

func newSealBuffers() *sealBuffers {
	return &sealBuffers{make([]byte, chunkSize), make([]byte, chunkSize), make([]byte, 0, sealedSize)}
}

// next returns the next sealed chunk, which is valid until the next call, and
// whether it is the last. The chunk is empty at the end of an empty stream.
func (s *sealer) next() (sealed []byte, last bool, err error) {
	n, err := io.ReadFull(s.r, s.plain[:chunkSize])
	s.size += int64(n)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, true, err
	}
	if n > 0 {
		plain := s.plain[:n]
		s.plain = s.tap(plain)
		sealed = s.aead.Seal(s.sealed[:0], chunkNonce(&s.nonce, s.chunk), plain, nil)
		s.chunk++
	}
	return sealed, err != nil, nil
}

// opener decrypts a range of a blob.
type opener struct {
	r      io.ReaderAt
	aead   cipher.AEAD
	size   int64 // of the blob's plaintext
	offset int64 // of the next byte of plaintext
	end    int64
	plain  bytes.Reader
	sealed []byte
	nonce  [12]byte
}

func newOpener(r io.ReaderAt, dataKey []byte, size, offset, length int64) (*opener, error) {
	aead, err := newGCM(dataKey)
	if err != nil {
		return nil, err
	}
	return &opener{r: r, aead: aead, size: size, offset: offset, end: offset + length}, nil
}

// Read implements io.Reader.
func (o *opener) Read(p []byte) (int, error) {
	if o.plain.Len() == 0 {
		if o.offset >= o.end {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	return o.plain.Read(p)
}

// next decrypts the chunk that contains the offset.
func (o *opener) next() error {
	chunk := o.offset / chunkSize
	start := chunk * chunkSize
	length := min(chunkSize, o.size-start)
	if o.sealed == nil {
		o.sealed = make([]byte, sealedSize)
	}
	sealed := o.sealed[:length+16]
	switch _, err := o.r.ReadAt(sealed, chunk*sealedSize); {
	case errors.Is(err, io.EOF): // not wrapped: a reader would take io.EOF for the end of the data
		return errCorrupt
	case err != nil:
		return fmt.Errorf("reading ciphertext: %w", err)
	}
	plain, err := o.aead.Open(sealed[:0], chunkNonce(&o.nonce, chunk), sealed, nil)
	if err != nil {
		return errCorrupt
	}
	upTo := min(length, o.end-start)
	o.plain.Reset(plain[o.offset-start : upTo])
	o.offset = start + upTo
	return nil
}
