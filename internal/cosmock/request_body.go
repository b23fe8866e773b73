package cosmock

import (
	"encoding/xml"
	"io"
)

// maxDocument is the size of the largest XML body that is read.
const maxDocument = 2 << 20

// readBody reads a small body and checks its Content-MD5.
func (x *exchange) readBody() ([]byte, error) {
	header := x.r.Header.Get("Content-Md5")
	if err := validMD5(header); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(x.body, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxDocument {
		return nil, fail("MalformedXML")
	}
	d := newDigest(protection{}, header)
	d.add(data)
	return data, d.checkMD5(header)
}

// readXML reads a small body as the document of that shape.
func (x *exchange) readXML(document any) error {
	data, err := x.readBody()
	if err != nil {
		return err
	}
	if xml.Unmarshal(data, document) != nil {
		return fail("MalformedXML")
	}
	return nil
}
