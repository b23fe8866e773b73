package cosclient

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"slices"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// ErrBodyChanged is returned for a body whose length differs from its Size, or
// that reports a change itself. The request is aborted, so that COS stores
// nothing.
var ErrBodyChanged = errors.New("the body changed while it was sent")

// bodyError is an error of the body, as opposed to one of the connection.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }

func (e *bodyError) Is(target error) bool {
	return target == ErrBodyChanged && errors.Is(e.err, content.ErrChanged)
}

// Body is the content of an upload. It is opened once for every attempt.
type Body interface {
	// Open returns a reader from the first byte.
	Open() (io.ReadCloser, error)
	// Size is the length in bytes. The content must have exactly this length.
	Size() int64
}

// bytesBody is a Body in memory.
type bytesBody []byte

func (b bytesBody) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
func (b bytesBody) Size() int64                  { return int64(len(b)) }

// payload sends a body once. It counts the bytes and computes their CRC64, and
// holds back the last byte until it knows that the body ends there.
type payload struct {
	source io.ReadCloser
	beat   func()
	table  *crc64.Table

	mu   sync.Mutex // net/http may still be reading when the response arrives
	size int64
	left int64
	crc  uint64
	err  error
	kept []byte // content of a small body, as sent
}

func openPayload(body Body, beat func()) (*payload, error) {
	size := body.Size()
	if size < 0 {
		return nil, &bodyError{fmt.Errorf("the body has the length %d", size)}
	}
	source, err := body.Open()
	if err != nil {
		return nil, &bodyError{err}
	}
	p := &payload{source: source, beat: beat, table: crc64.MakeTable(crc64.ECMA), size: size, left: size}
	if size == 0 {
		if err := p.atEnd(); err != nil {
			_ = source.Close()
			return nil, p.fail(err)
		}
	}
	return p, nil
}

// Read implements io.Reader for net/http.
func (p *payload) Read(buf []byte) (int, error) {
	p.beat()
	defer p.beat()
	p.mu.Lock()
	left, err := p.left, p.err
	p.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if left == 0 {
		return 0, io.EOF
	}
	if int64(len(buf)) > left {
		buf = buf[:left]
	}
	n, err := p.source.Read(buf)
	switch {
	case errors.Is(err, io.EOF) && int64(n) < left:
		return 0, p.fail(fmt.Errorf("%w: it has %d bytes less than the %d announced", ErrBodyChanged, left-int64(n), p.size))
	case err != nil && !errors.Is(err, io.EOF):
		return 0, p.fail(fmt.Errorf("reading the body: %w", err))
	case int64(n) == left && err == nil:
		if err := p.atEnd(); err != nil {
			return 0, p.fail(err)
		}
	}
	p.mu.Lock()
	p.crc = crc64.Update(p.crc, p.table, buf[:n])
	p.left -= int64(n)
	if p.size <= smallBody {
		p.kept = append(p.kept, buf[:n]...)
	}
	p.mu.Unlock()
	return n, nil
}

// atEnd checks that the source has no more data.
func (p *payload) atEnd() error {
	var probe [1]byte
	n, err := io.ReadFull(p.source, probe[:])
	switch {
	case n > 0:
		return fmt.Errorf("%w: it has more than the %d bytes announced", ErrBodyChanged, p.size)
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("reading the body: %w", err)
	}
	return nil
}

func (p *payload) fail(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = &bodyError{err}
	return p.err
}

// open returns a reader of a small body as it was sent, independent of the
// source.
func (p *payload) open() (io.ReadCloser, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytesBody(slices.Clone(p.kept)).Open()
}

// Close implements io.Closer for net/http.
func (p *payload) Close() error { return p.source.Close() }

// state returns the CRC64 of what was sent, whether that is the whole body, and
// the read error if there was one.
func (p *payload) state() (crc uint64, whole bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.crc, p.left == 0, p.err
}
