package cosmock

import (
	"encoding/xml"
	"io"
)

// maxDocument is the size limit of an XML request body.
const maxDocument = 2 << 20

// readBody reads an XML request body and checks its Content-MD5.
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

// readXML reads a request body and decodes it as XML.
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
