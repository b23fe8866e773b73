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

// table is for CRC-64/XZ, the polynomial of the x-cos-hash-crc64ecma header.
// hash/crc64 calls it ECMA. Source: COS documentation, "CRC64 Check".
var table = crc64.MakeTable(crc64.ECMA)

// Sum identifies a body by its length and CRC64. COS returns both for the
// plaintext, regardless of the encryption and of how the upload was split.
type Sum struct {
	Length int64
	CRC64  uint64
}

// CRC64String returns the CRC64 in decimal, the form that COS uses.
func (s Sum) CRC64String() string { return strconv.FormatUint(s.CRC64, 10) }

// SumBytes returns the sum of data.
func SumBytes(data []byte) Sum {
	return Sum{Length: int64(len(data)), CRC64: crc64.Checksum(data, table)}
}

// SumReader returns the sum of a stream, which it reads to its end.
func SumReader(ctx context.Context, r io.Reader) (Sum, error) {
	return SumRest(ctx, Sum{}, r, make([]byte, 256<<10))
}

// SumRest continues the sum of a prefix to the end of the stream. The caller
// supplies the buffer, because allocating one would dominate the cost for many
// small files.
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

// MD5 returns the MD5 of the body in hexadecimal, the form of those ETags that
// are an MD5.
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

// Digest returns the sum of the body and its MD5 in base64, as for Content-MD5,
// in one pass. Its errors are those of Sum.
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

// Sum returns the sum of the body. It returns ErrChanged if the file does not
// have Size bytes when its end is reached.
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

// ParseSum returns the Sum with a CRC64 in COS's decimal form; ok is false if it
// is invalid.
func ParseSum(crc64 string, length int64) (sum Sum, ok bool) {
	n, err := strconv.ParseUint(crc64, 10, 64)
	return Sum{Length: length, CRC64: n}, err == nil
}
