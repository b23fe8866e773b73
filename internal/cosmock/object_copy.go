package cosmock

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	headerCopySource        = "X-Cos-Copy-Source"
	headerMetadataDirective = "X-Cos-Metadata-Directive"
	headerTaggingDirective  = "X-Cos-Tagging-Directive"
)

// source is the source of a copy.
type source struct {
	bucket  *bucket
	version *version // referenced, and released after the copy
	named   bool     // the request names a version ID
	key     sse.CustomerKey
}

// parseCopySource parses x-cos-copy-source:
// <bucket>.cos.<region>.myqcloud.com/<key, URL-encoded>[?versionId=...].
// Tencent's tools also send /<bucket>/<key> with every slash encoded, and live
// tests show that COS accepts it.
func (u *Undocumented) parseCopySource(header string, domains map[string]string) (a address, versionID string, ok bool) {
	path, rawQuery, _ := strings.Cut(header, "?")
	path = unescape(path, false)
	if hostless, ok := strings.CutPrefix(path, "/"); ok {
		a = u.pathStyle(hostless, "")
		a.hostless, a.pathStyle = true, false
	} else {
		host, key, _ := strings.Cut(path, "/")
		a = u.parseAddress(host, "/"+key, domains)
	}
	return a, parseQuery(rawQuery).value("versionId"), a.bucket != "" && !a.pathStyle && a.key != ""
}

// copySource finds the source of a copy, and checks its conditions and its
// customer key.
func (x *exchange) copySource() (source, error) {
	a, versionID, ok := x.undocumented.parseCopySource(x.r.Header.Get(headerCopySource), x.server.opts.Domains)
	if !ok {
		return source{}, fail("InvalidCopySource")
	}
	if x.server.foreign(a) {
		return source{}, fail("NoSuchCopySource")
	}
	src := source{bucket: x.server.bucket(a.bucket), named: versionID != ""}
	if src.bucket == nil || a.region != "" && a.region != src.bucket.region && a.region != accelerate ||
		a.hostless && src.bucket.region != x.bucket.region {
		return source{}, fail("NoSuchCopySource")
	}
	var err error
	if src.version, err = src.bucket.acquire(a.key, versionID); err != nil {
		return source{}, fail("NoSuchCopySource")
	}
	if err := x.checkSource(&src); err != nil {
		src.version.release()
		return source{}, err
	}
	return src, nil
}

func (x *exchange) checkSource(src *source) error {
	v := src.version
	var err error
	if src.key, err = x.customerKey(sourceTriple); err != nil {
		return err
	}
	if v.protection.mode != sse.ModeCustomer && !src.key.IsZero() {
		return x.undocumented.CustomerKeyNotApplicable.err()
	}
	if err := x.checkCustomerKey(v.protection, src.key); err != nil {
		return err
	}
	if !x.undocumented.sourceHolds(readConditions(x.r.Header, "X-Cos-Copy-Source-"), v) {
		return fail("PreconditionFailed")
	}
	if !v.readable(x.server.now()) {
		return fail("InvalidObjectState")
	}
	if x.undocumented.RestoredCopyRefused && v.archived(x.server.now()) {
		return failf("InvalidRequest", "The source is in the class %s.", v.class)
	}
	return nil
}

// replaced parses a directive: Copy (the default) or Replaced. The metadata
// directive also accepts REPLACE from the S3 dialect, which cosfs and the Java
// SDK send.
func replaced(h http.Header, name string) (bool, error) {
	switch value := h.Get(name); {
	case value == "" || strings.EqualFold(value, "Copy"):
		return false, nil
	case strings.EqualFold(value, "Replaced"), value == "REPLACE" && name == headerMetadataDirective:
		return true, nil
	}
	return false, failf("InvalidArgument", "%s is neither Copy nor Replaced.", strings.ToLower(name))
}

// copyTemplate returns the version that a copy is going to store. The directives
// decide whether metadata and tags come from the source or the request. Storage
// class, ACL and encryption never come from the source.
func (x *exchange) copyTemplate(src source) (*version, error) {
	newMetadata, err := replaced(x.r.Header, headerMetadataDirective)
	if err != nil {
		return nil, err
	}
	newTags, err := replaced(x.r.Header, headerTaggingDirective)
	if err != nil {
		return nil, err
	}
	if src.bucket == x.bucket && src.version.key == x.address.key && !newMetadata {
		return nil, failf("InvalidRequest", "A copy of an object onto itself needs x-cos-metadata-directive: Replaced.")
	}
	v, err := x.template()
	if err != nil {
		return nil, err
	}
	if err := x.mayCopyClass(src.version, v); err != nil {
		return nil, err
	}
	if !newMetadata {
		v.header = src.version.header
	}
	if !newTags {
		v.tags = src.version.tags
	}
	return v, nil
}

type copyResult struct {
	XMLName      xml.Name `xml:"CopyObjectResult"`
	ETag         string   `xml:"ETag"`
	CRC64        string   `xml:"CRC64"`
	LastModified string   `xml:"LastModified"`
	VersionID    string   `xml:"VersionId,omitempty"`
}

// copyObject implements PUT Object - Copy.
func (x *exchange) copyObject() error {
	src, err := x.copySource()
	if err != nil {
		return err
	}
	defer src.version.release()
	if src.version.size > x.server.opts.Limits.CopySource {
		return failf("EntityTooLarge", "The copy source is larger than the maximum allowable size.")
	}
	v, err := x.copyTemplate(src)
	if err != nil {
		return err
	}
	p, key, err := x.writeEncryption()
	if err != nil {
		return err
	}
	v.protection = p
	if err := x.mayPut(x.guard()); err != nil {
		return err
	}
	d, blob, err := x.storeCopy(src, 0, src.version.size, p, key)
	if err != nil {
		return err
	}
	v.blobs, v.size, v.crc = append(v.blobs, blob), blob.size, d.crc
	if v.etag, err = d.etag(p, key); err == nil {
		err = x.bucket.put(x.server, v, x.guard())
	}
	if err != nil {
		v.release()
		return err
	}
	x.echoEncryption(p)
	x.sourceVersionHeader(src)
	if x.undocumented.CopyCRC64Header {
		x.setCRC(v.crc)
	}
	result := copyResult{ETag: quote(v.etag), CRC64: x.crcText(v.crc), LastModified: v.modified.UTC().Format("2006-01-02T15:04:05Z")}
	if v.id != nullVersion {
		result.VersionID = v.id
		x.header().Set("X-Cos-Version-Id", v.id)
	}
	return x.chunkedXML(result)
}

// storeCopy re-encrypts a range of the source.
func (x *exchange) storeCopy(src source, offset, length int64, p protection, key sse.CustomerKey) (*digest, *blob, error) {
	src.version.acquire() // released by the reader
	body := open(x.server.keys, src.version.blobs, src.version.protection, src.key, offset, length)
	defer body.Close()
	d := newDigest(p, "")
	b, err := x.server.store.write(x.server.keys, body, p, key, d)
	return d, b, err
}

func (x *exchange) sourceVersionHeader(src source) {
	if src.named {
		x.header().Set("X-Cos-Copy-Source-Version-Id", src.version.id)
	}
}

// chunkedXML sends a 200 response with an XML document and no Content-Length, as
// COS does for copies.
func (x *exchange) chunkedXML(document any) error {
	body, err := xml.Marshal(document)
	if err != nil {
		return err
	}
	x.header().Set("Content-Type", "application/xml")
	x.w.WriteHeader(http.StatusOK)
	x.w.flush()
	_, _ = x.w.Write(append([]byte(xml.Header), body...))
	return nil
}

type copyPartResult struct {
	XMLName      xml.Name `xml:"CopyPartResult"`
	ETag         string   `xml:"ETag"`
	LastModified string   `xml:"LastModified"`
}

// copyPart implements Upload Part - Copy.
func (x *exchange) copyPart(u *upload, number int) error {
	p := u.template.protection
	key, err := x.partKey(p)
	if err != nil {
		return err
	}
	src, err := x.copySource()
	if err != nil {
		return err
	}
	defer src.version.release()
	offset, length := int64(0), src.version.size
	if header := x.r.Header.Get("X-Cos-Copy-Source-Range"); header != "" {
		var ranged bool
		offset, length, ranged, err = parseRange(header, src.version.size)
		if err != nil || !ranged {
			return fail("InvalidRange")
		}
	}
	if length > x.server.opts.Limits.MaxPart {
		return fail("EntityTooLarge")
	}
	d, blob, err := x.storeCopy(src, offset, length, p, key)
	if err != nil {
		return err
	}
	added := &part{number: number, crc: d.crc, blob: blob}
	if added.etag, err = d.etag(p, key); err == nil {
		err = x.addPart(added)
	}
	if err != nil {
		blob.release()
		return err
	}
	x.echoEncryption(p)
	x.sourceVersionHeader(src)
	return x.chunkedXML(copyPartResult{ETag: quote(added.etag), LastModified: added.modified.UTC().Format("2006-01-02T15:04:05Z")})
}
