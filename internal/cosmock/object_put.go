package cosmock

import (
	"io"
	"net/http"
	"strconv"
)

// putOrCopyObject dispatches to PUT Object or PUT Object - Copy.
func (x *exchange) putOrCopyObject() error {
	if x.r.Header.Get(headerCopySource) != "" {
		return x.copyObject()
	}
	return x.putObject()
}

// putObject implements PUT Object.
func (x *exchange) putObject() error {
	if err := x.checkLength(x.server.opts.Limits.PutObject); err != nil {
		return err
	}
	v, err := x.template()
	if err != nil {
		return err
	}
	p, key, err := x.writeEncryption()
	if err != nil {
		return err
	}
	v.protection = p
	g := x.guard()
	if err := x.mayPut(g); err != nil {
		return err
	}
	d := newDigest(p, x.r.Header.Get("Content-Md5"))
	blob, err := x.server.store.write(x.server.keys, x.limitedBody(x.server.opts.Limits.PutObject), p, key, d)
	if err != nil {
		return err
	}
	v.blobs, v.size, v.crc = append(v.blobs, blob), blob.size, d.crc
	if err := d.checkMD5(x.r.Header.Get("Content-Md5")); err != nil {
		v.release()
		return err
	}
	if v.etag, err = d.etag(p, key); err != nil {
		v.release()
		return err
	}
	if err := x.bucket.put(x.server, v, g); err != nil {
		v.release()
		return err
	}
	x.echoEncryption(p)
	x.writtenHeaders(v, x.undocumented.SuspendedVersionID)
	return x.empty(http.StatusOK)
}

// mayPut checks whether the object may be stored before the server reads the
// body.
func (x *exchange) mayPut(g guard) error {
	x.bucket.mu.RLock()
	defer x.bucket.mu.RUnlock()
	return x.bucket.mayPut(x.server, x.address.key, g)
}

// checkLength checks the headers that describe a body.
func (x *exchange) checkLength(limit int64) error {
	if x.r.ContentLength < 0 && len(x.r.TransferEncoding) == 0 ||
		x.r.ContentLength == 0 && x.r.Header.Get("Content-Length") == "" && len(x.r.TransferEncoding) == 0 {
		return fail("MissingContentLength")
	}
	if x.r.ContentLength > limit {
		return fail("EntityTooLarge")
	}
	return validMD5(x.r.Header.Get("Content-Md5"))
}

// limitedBody returns the body with a size limit. A chunked body does not
// announce its length, so the reader has to check it.
func (x *exchange) limitedBody(limit int64) io.Reader { return &limitedReader{x.body, limit} }

type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fail("EntityTooLarge")
	}
	return n, err
}

// writtenHeaders sets the headers that describe the stored object: ETag, CRC64
// and version ID. nullID says whether to send the ID "null" while versioning is
// suspended.
func (x *exchange) writtenHeaders(v *version, nullID bool) {
	h := x.header()
	h.Set("Etag", quote(v.etag))
	x.setCRC(v.crc)
	if v.id != nullVersion || nullID && x.bucket.versioned() {
		h.Set("X-Cos-Version-Id", v.id)
	}
}

// setCRC sends a CRC64, or a wrong one if FaultWrongCRC applies.
func (x *exchange) setCRC(crc uint64) {
	x.header().Set("X-Cos-Hash-Crc64ecma", x.crcText(crc))
}

func (x *exchange) crcText(crc uint64) string {
	if x.fault.is(FaultWrongCRC) {
		crc = ^crc
	}
	return strconv.FormatUint(crc, 10)
}

func quote(etag string) string { return `"` + etag + `"` }
