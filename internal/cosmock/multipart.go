package cosmock

import (
	"encoding/xml"
	"net/http"
	"strconv"
)

// initiateUpload implements Initiate Multipart Upload. Its headers describe the
// whole object, including the encryption.
func (x *exchange) initiateUpload() error {
	v, err := x.template()
	if err != nil {
		return err
	}
	if v.protection, _, err = x.writeEncryption(); err != nil {
		return err
	}
	if err := x.mayPut(x.guard()); err != nil {
		return err
	}
	id, err := x.server.ids.upload(x.server.now())
	if err != nil {
		return err
	}
	u := &upload{id: id, key: x.address.key, initiated: x.server.now(), template: v, parts: map[int]*part{}}
	x.bucket.mu.Lock()
	x.bucket.uploads[id] = u
	x.bucket.mu.Unlock()
	x.echoEncryption(v.protection)
	return x.xml(struct {
		XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
		Bucket   string   `xml:"Bucket"`
		Key      string   `xml:"Key"`
		UploadID string   `xml:"UploadId"`
	}{Bucket: x.bucket.name, Key: x.address.key, UploadID: id})
}

// putPart dispatches to Upload Part or Upload Part - Copy.
func (x *exchange) putPart() error {
	n, err := strconv.Atoi(x.query.value("partNumber"))
	if err != nil || n < 1 || n > maxPartNumber {
		return failf("InvalidArgument", "Part number must be an integer between 1 and %d.", maxPartNumber)
	}
	u, err := x.upload()
	if err != nil {
		return err
	}
	if x.r.Header.Get("X-Cos-Copy-Source") != "" {
		return x.copyPart(u, n)
	}
	return x.uploadPart(u, n)
}

// uploadPart implements Upload Part.
func (x *exchange) uploadPart(u *upload, number int) error {
	limit := x.server.opts.Limits.MaxPart
	if err := x.checkLength(limit); err != nil {
		return err
	}
	if err := checkTrafficLimit(x.r.Header); err != nil {
		return err
	}
	protection := u.template.protection
	key, err := x.partKey(protection)
	if err != nil {
		return err
	}
	d := newDigest(protection, x.r.Header.Get("Content-Md5"))
	blob, err := x.server.store.write(x.server.keys, x.limitedBody(limit), protection, key, d)
	if err != nil {
		return err
	}
	p := &part{number: number, crc: d.crc, blob: blob}
	if err = d.checkMD5(x.r.Header.Get("Content-Md5")); err == nil {
		p.etag, err = d.etag(protection, key)
	}
	if err == nil {
		err = x.addPart(p)
	}
	if err != nil {
		blob.release()
		return err
	}
	x.echoEncryption(protection)
	x.header().Set("Etag", quote(p.etag))
	x.setCRC(p.crc)
	return x.empty(http.StatusOK)
}

// abortUpload implements Abort Multipart Upload.
func (x *exchange) abortUpload() error {
	x.bucket.mu.Lock()
	defer x.bucket.mu.Unlock()
	u, err := x.uploadLocked()
	if err != nil {
		return err
	}
	delete(x.bucket.uploads, u.id)
	u.release()
	return x.empty(http.StatusNoContent)
}
