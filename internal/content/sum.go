package content

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"strconv"
)

// table is the polynomial of the x-cos-hash-crc64ecma header: CRC-64/XZ,
// which hash/crc64 calls ECMA. Source: COS documentation, "CRC64 Check".
var table = crc64.MakeTable(crc64.ECMA)

// Sum identifies a body: its length and its CRC64. COS returns both of the
// plaintext, whatever the encryption and however the upload was cut.
type Sum struct {
	Length int64
	CRC64  uint64
}

// CRC64String is the CRC64 as COS writes it: decimal.
func (s Sum) CRC64String() string { return strconv.FormatUint(s.CRC64, 10) }

// SumBytes measures bytes in memory.
func SumBytes(data []byte) Sum {
	return Sum{Length: int64(len(data)), CRC64: crc64.Checksum(data, table)}
}

// SumReader measures a stream to its end.
func SumReader(ctx context.Context, r io.Reader) (Sum, error) {
	return SumRest(ctx, Sum{}, r, make([]byte, 256<<10))
}

// SumRest goes on from the sum of what was read already, to the end of the
// stream, through a buffer: of many small files the buffers would be most of
// the work.
func SumRest(ctx context.Context, sum Sum, r io.Reader, buf []byte) (Sum, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Sum{}, err
		}
		n, err := r.Read(buf)
		sum.CRC64 = crc64.Update(sum.CRC64, table, buf[:n])
		sum.Length += int64(n)
		if errors.Is(err, io.EOF) {
			return sum, nil
		}
		if err != nil {
			return Sum{}, err
		}
	}
}

// MD5 returns the MD5 of the body in hexadecimal digits, as an ETag has it
// where it has it at all.
func (b Body) MD5(ctx context.Context) (string, error) {
	r, err := b.Open()
	if err != nil {
		return "", err
	}
	h := md5.New()
	_, err = SumReader(ctx, io.TeeReader(r, h))
	if err := errors.Join(err, r.Close()); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Digest measures the body and computes its MD5, in base64 as Content-MD5 has
// it, in one pass. The errors are those of Sum.
func (b Body) Digest(ctx context.Context) (sum Sum, contentMD5 string, err error) {
	h := md5.New()
	if data, ok := b.Inline(); ok {
		_, _ = h.Write(data) // never fails
		return SumBytes(data), base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
	}
	f, err := b.Open()
	if err != nil {
		return Sum{}, "", err
	}
	sum, err = SumReader(ctx, io.TeeReader(f, h))
	if err := errors.Join(err, f.Close()); err != nil {
		return Sum{}, "", err
	}
	if sum.Length != b.size {
		return Sum{}, "", fmt.Errorf("%s: %w: it had %d bytes and %d were read", b.path, ErrChanged, b.size, sum.Length)
	}
	return sum, base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// Sum measures the body. A file whose length differs from Size by the time its
// end is reached is ErrChanged.
func (b Body) Sum(ctx context.Context) (Sum, error) {
	if data, ok := b.Inline(); ok {
		return SumBytes(data), nil
	}
	f, err := b.Open()
	if err != nil {
		return Sum{}, err
	}
	sum, err := SumReader(ctx, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return Sum{}, err
	}
	if sum.Length != b.size {
		return Sum{}, fmt.Errorf("%s: %w: it had %d bytes and %d were read", b.path, ErrChanged, b.size, sum.Length)
	}
	return sum, nil
}

// ParseSum is the Sum of a CRC64 as COS writes it; ok is false if it is none.
func ParseSum(crc64 string, length int64) (sum Sum, ok bool) {
	n, err := strconv.ParseUint(crc64, 10, 64)
	return Sum{Length: length, CRC64: n}, err == nil
}
