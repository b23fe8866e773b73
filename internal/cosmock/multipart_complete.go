package cosmock

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// completeBody is the body of Complete Multipart Upload.
type completeBody struct {
	XMLName xml.Name `xml:"CompleteMultipartUpload"`
	Parts   []struct {
		PartNumber int    `xml:"PartNumber"`
		ETag       string `xml:"ETag"`
	} `xml:"Part"`
}

// completeResult is the response to Complete Multipart Upload.
type completeResult struct {
	XMLName  xml.Name `xml:"http://www.qcloud.com/document/product/436/7751 CompleteMultipartUploadResult"`
	Location string   `xml:"Location"`
	Bucket   string   `xml:"Bucket"`
	Key      string   `xml:"Key"`
	ETag     string   `xml:"ETag"`
}

// completeUpload implements Complete Multipart Upload. The object takes over the
// blobs of the parts; no data is copied.
func (x *exchange) completeUpload() error {
	if _, err := x.upload(); err != nil {
		return err
	}
	if err := x.checkPartHeaders(); err != nil {
		return err
	}
	var body completeBody
	if err := x.readXML(&body); err != nil {
		return err
	}
	etag, err := randomHex(16) // not derived from the parts: completing the same parts again gives another ETag
	if err != nil {
		return err
	}
	v, err := x.assemble(body, etag)
	if err != nil {
		return err
	}
	x.echoEncryption(v.protection)
	x.writtenHeaders(v, true)
	x.header().Del("Etag") // the ETag of this response is in the body
	host := hostName(x.bucket.name, x.bucket.region)
	result, err := xml.Marshal(completeResult{
		Location: "http://" + host + (&url.URL{Path: "/" + v.key}).EscapedPath(),
		Bucket:   x.bucket.name, Key: v.key, ETag: quote(v.etag),
	})
	if err != nil {
		return err
	}
	// COS sends the 200 status at once, keeps the connection alive with white
	// space while it works, and sends the result last.
	x.header().Set("Content-Type", "application/xml")
	x.w.WriteHeader(http.StatusOK)
	for _, piece := range [][]byte{[]byte(" "), []byte("\n"), result} {
		if _, err := x.w.Write(piece); err != nil {
			return nil
		}
		x.w.flush()
	}
	return nil
}

// assemble creates the object from the listed parts and removes the upload and
// its unlisted parts.
func (x *exchange) assemble(body completeBody, etag string) (*version, error) {
	b, limits := x.bucket, x.server.opts.Limits
	b.mu.Lock()
	defer b.mu.Unlock()
	u, err := x.uploadLocked()
	if err != nil {
		return nil, err
	}
	if len(body.Parts) == 0 {
		return nil, fail("MalformedXML")
	}
	v := *u.template
	last := 0
	used := map[int]bool{}
	for i, listed := range body.Parts {
		p := u.parts[listed.PartNumber]
		switch {
		case listed.PartNumber <= last:
			return nil, fail("InvalidPartOrder")
		case p == nil || strings.Trim(listed.ETag, `"`) != p.etag:
			return nil, fail("InvalidPart")
		case i < len(body.Parts)-1 && p.blob.size < limits.MinPart:
			return nil, fail("EntityTooSmall")
		}
		last, used[p.number] = p.number, true
		v.crc = combineCRC64(v.crc, p.crc, p.blob.size)
		v.size += p.blob.size
		v.blobs = append(v.blobs, p.blob)
	}
	if v.size > limits.Multipart {
		return nil, fail("EntityTooLarge")
	}
	v.etag = etag + "-" + strconv.Itoa(len(body.Parts))
	if x.undocumented.PartsListedEarlier {
		v.listedAs = u.initiated
	}
	if err := b.putLocked(x.server, &v, x.guard()); err != nil {
		return nil, err
	}
	delete(b.uploads, u.id)
	for n, p := range u.parts {
		if !used[n] {
			p.blob.release()
		}
	}
	return &v, nil
}
