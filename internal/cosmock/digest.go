package cosmock

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"hash/crc64"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// digest computes the checksums of a body while it is stored.
type digest struct {
	md5   hash.Hash // nil if not needed
	crc   uint64
	table *crc64.Table
}

// newDigest returns the digest for an object. It leaves out the MD5, which costs
// more than everything else, if nothing needs it: under SSE-KMS only a
// Content-MD5 header does.
func newDigest(p protection, contentMD5 string) *digest {
	d := &digest{table: crc64.MakeTable(crc64.ECMA)}
	if p.mode != sse.ModeKMS || contentMD5 != "" {
		d.md5 = md5.New()
	}
	return d
}

func (d *digest) add(p []byte) {
	if d.md5 != nil {
		d.md5.Write(p)
	}
	d.crc = crc64.Update(d.crc, d.table, p)
}

// inParallel returns a tap for a sealer that computes the checksums in another
// goroutine while the chunk is encrypted and the next one is read into another
// buffer. wait ends the goroutine and returns the unused buffer.
func (d *digest) inParallel(spare []byte) (tap func(plain []byte) []byte, wait func() []byte) {
	work, free := make(chan []byte), make(chan []byte, 1)
	free <- spare
	go func() {
		defer close(free)
		for plain := range work {
			d.add(plain)
			free <- plain[:chunkSize]
		}
	}()
	tap = func(plain []byte) []byte {
		next := <-free
		work <- plain
		return next
	}
	wait = func() []byte {
		close(work)
		for spare = range free {
		}
		return spare
	}
	return tap, wait
}

// etag returns the ETag of PUT Object or of a part: the MD5 of the body without
// encryption and for SSE-COS. For SSE-C it depends only on the key and the body
// but is not the MD5, and for SSE-KMS it differs with each upload ("PUT Object",
// examples).
func (d *digest) etag(p protection, key sse.CustomerKey) (string, error) {
	switch p.mode {
	case sse.ModeKMS:
		return randomHex(16)
	case sse.ModeCustomer:
		mac := hmac.New(sha256.New, key.Bytes())
		mac.Write(d.md5.Sum(nil))
		return hex.EncodeToString(mac.Sum(nil)[:16]), nil
	default:
		return hex.EncodeToString(d.md5.Sum(nil)), nil
	}
}

// checkMD5 compares the body with the Content-MD5 header, if there is one.
func (d *digest) checkMD5(header string) error {
	if header != "" && base64.StdEncoding.EncodeToString(d.md5.Sum(nil)) != header {
		return fail("BadDigest")
	}
	return nil
}

// validMD5 refuses a malformed Content-MD5.
func validMD5(header string) error {
	if raw, err := base64.StdEncoding.DecodeString(header); header != "" && (err != nil || len(raw) != md5.Size) {
		return fail("InvalidDigest")
	}
	return nil
}
