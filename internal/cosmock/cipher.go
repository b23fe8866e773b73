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

// A blob on disk is a sequence of chunks, each sealed by AES-256-GCM under the
// blob's own data key with the chunk's number as the nonce: so a range can be
// read without what is before it, chunks cannot be exchanged, and no key but
// the right one opens any of them. The length is part of the index, hence a
// file cut at a chunk's end does not go unnoticed either.
const (
	chunkSize  = 64 << 10
	sealedSize = chunkSize + 16
)

// errCorrupt is ciphertext that its key does not open.
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

// sealer encrypts a stream chunk by chunk. An error of r must not be
// ErrUnexpectedEOF, which ReadFull says of a last chunk that is not full.
type sealer struct {
	r    io.Reader
	aead cipher.AEAD
	*sealBuffers
	// tap sees the plaintext of each chunk, and returns the buffer to read the
	// next one into: while it still looks at a chunk it returns another one.
	tap func(plain []byte) []byte

	size  int64 // of the plaintext so far
	nonce [12]byte
	chunk int64
}

// sealBuffers are what a sealer works with.
type sealBuffers struct {
	plain, spare, sealed []byte
}

func newSealBuffers() *sealBuffers {
	return &sealBuffers{make([]byte, chunkSize), make([]byte, chunkSize), make([]byte, 0, sealedSize)}
}

// next returns the next sealed chunk, valid until it is called again: nothing
// at the end of an empty stream. last says that no other follows.
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

// next decrypts the chunk that holds the offset.
func (o *opener) next() error {
	chunk := o.offset / chunkSize
	start := chunk * chunkSize
	length := min(chunkSize, o.size-start)
	if o.sealed == nil {
		o.sealed = make([]byte, sealedSize)
	}
	sealed := o.sealed[:length+16]
	switch _, err := o.r.ReadAt(sealed, chunk*sealedSize); {
	case errors.Is(err, io.EOF): // not wrapped: to a reader it would be the end
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
