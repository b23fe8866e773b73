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

// digest sums up a body while it is stored.
type digest struct {
	md5   hash.Hash
	crc   uint64
	table *crc64.Table
}

func newDigest() *digest {
	return &digest{md5: md5.New(), table: crc64.MakeTable(crc64.ECMA)}
}

func (d *digest) add(p []byte) {
	d.md5.Write(p)
	d.crc = crc64.Update(d.crc, d.table, p)
}

// etag is the ETag of PUT Object or of a part: the MD5 of the body for SSE-COS
// and no encryption. Under SSE-C it is the same for the same key and body but
// not the MD5, and under SSE-KMS it differs with each upload ("PUT Object",
// examples).
func (d *digest) etag(p protection, key sse.CustomerKey) (string, error) {
	sum := d.md5.Sum(nil)
	switch p.mode {
	case sse.ModeKMS:
		return randomHex(16)
	case sse.ModeCustomer:
		mac := hmac.New(sha256.New, key.Bytes())
		mac.Write(sum)
		return hex.EncodeToString(mac.Sum(nil)[:16]), nil
	default:
		return hex.EncodeToString(sum), nil
	}
}

// checkMD5 compares with the value of a Content-MD5 header, if there is one.
func (d *digest) checkMD5(header string) error {
	if header != "" && base64.StdEncoding.EncodeToString(d.md5.Sum(nil)) != header {
		return fail("BadDigest")
	}
	return nil
}

// validMD5 refuses what can not be a Content-MD5.
func validMD5(header string) error {
	if raw, err := base64.StdEncoding.DecodeString(header); header != "" && (err != nil || len(raw) != md5.Size) {
		return fail("InvalidDigest")
	}
	return nil
}
