package cosmock

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// isoTime formats a time as in the XML documents.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

type partXML struct {
	PartNumber   int    `xml:"PartNumber"`
	LastModified string `xml:"LastModified"`
	ETag         string `xml:"ETag"`
	Size         int64  `xml:"Size"`
}

type listPartsResult struct {
	XMLName              xml.Name  `xml:"ListPartsResult"`
	Bucket               string    `xml:"Bucket"`
	EncodingType         string    `xml:"Encoding-type,omitempty"`
	Key                  string    `xml:"Key"`
	UploadID             string    `xml:"UploadId"`
	Owner                ownerXML  `xml:"Owner"`
	Initiator            ownerXML  `xml:"Initiator"`
	StorageClass         string    `xml:"StorageClass"`
	PartNumberMarker     int       `xml:"PartNumberMarker"`
	NextPartNumberMarker int       `xml:"NextPartNumberMarker,omitempty"`
	MaxParts             int       `xml:"MaxParts"`
	IsTruncated          bool      `xml:"IsTruncated"`
	Parts                []partXML `xml:"Part"`
}

// listParts implements List Parts.
func (x *exchange) listParts() error {
	limit, err := x.maxEntries("max-parts")
	if err != nil {
		return err
	}
	encode, encoding, err := x.keyEncoding()
	if err != nil {
		return err
	}
	marker, _ := strconv.Atoi(x.query.value("part-number-marker"))
	x.bucket.mu.RLock()
	u, err := x.uploadLocked()
	var parts []*part
	if err == nil {
		parts = u.sortedParts()
	}
	x.bucket.mu.RUnlock()
	if err != nil {
		return err
	}
	result := listPartsResult{
		Bucket: x.bucket.name, EncodingType: encoding, Key: encode(u.key), UploadID: u.id, Owner: owner(), Initiator: owner(),
		StorageClass: u.template.storageClass(), PartNumberMarker: marker, MaxParts: limit,
	}
	for _, p := range parts {
		if p.number <= marker {
			continue
		}
		if len(result.Parts) == limit {
			result.IsTruncated = true
			break
		}
		result.Parts = append(result.Parts, partXML{p.number, isoTime(p.modified), quote(p.etag), p.blob.size})
		result.NextPartNumberMarker = p.number
	}
	if !result.IsTruncated {
		result.NextPartNumberMarker = 0
	}
	return x.xml(result)
}

type uploadXML struct {
	Key          string   `xml:"Key"`
	UploadID     string   `xml:"UploadId"`
	StorageClass string   `xml:"StorageClass"`
	Initiator    ownerXML `xml:"Initiator"`
	Owner        ownerXML `xml:"Owner"`
	Initiated    string   `xml:"Initiated"`
}

type listUploadsResult struct {
	XMLName            xml.Name    `xml:"ListMultipartUploadsResult"`
	Bucket             string      `xml:"Bucket"`
	EncodingType       string      `xml:"Encoding-Type,omitempty"`
	KeyMarker          string      `xml:"KeyMarker"`
	UploadIDMarker     string      `xml:"UploadIdMarker"`
	NextKeyMarker      string      `xml:"NextKeyMarker,omitempty"`
	NextUploadIDMarker string      `xml:"NextUploadIdMarker,omitempty"`
	MaxUploads         int         `xml:"MaxUploads"`
	IsTruncated        bool        `xml:"IsTruncated"`
	Prefix             string      `xml:"Prefix"`
	Delimiter          string      `xml:"Delimiter,omitempty"`
	Uploads            []uploadXML `xml:"Upload"`
	CommonPrefixes     []string    `xml:"CommonPrefixs>Prefix,omitempty"` // sic
}

// listUploads implements List Multipart Uploads.
func (x *exchange) listUploads() error {
	limit, err := x.maxEntries("max-uploads")
	if err != nil {
		return err
	}
	encode, encoding, err := x.keyEncoding()
	if err != nil {
		return err
	}
	prefix, delimiter := x.query.value("prefix"), x.query.value("delimiter")
	keyMarker, idMarker := x.query.value("key-marker"), x.query.value("upload-id-marker")
	result := listUploadsResult{
		Bucket: x.bucket.name, EncodingType: encoding, KeyMarker: encode(keyMarker), UploadIDMarker: idMarker,
		MaxUploads: limit, Prefix: encode(prefix), Delimiter: encode(delimiter),
	}
	x.bucket.mu.RLock()
	uploads := x.bucket.sortedUploads()
	x.bucket.mu.RUnlock()
	pastMarker := idMarker == ""
	seen := map[string]bool{}
	for _, u := range uploads {
		if u.key < keyMarker || u.key == keyMarker && keyMarker != "" && !pastMarker {
			pastMarker = pastMarker || u.key == keyMarker && u.id == idMarker
			continue
		}
		if u.key == keyMarker && idMarker == "" && keyMarker != "" || !strings.HasPrefix(u.key, prefix) {
			continue
		}
		group := commonPrefix(u.key, prefix, delimiter)
		if group != "" && seen[group] {
			continue
		}
		if len(result.Uploads)+len(seen) == limit {
			result.IsTruncated = true
			break
		}
		result.NextKeyMarker, result.NextUploadIDMarker = encode(u.key), u.id
		if group != "" {
			seen[group] = true
			result.CommonPrefixes = append(result.CommonPrefixes, encode(group))
			continue
		}
		result.Uploads = append(result.Uploads,
			uploadXML{encode(u.key), u.id, u.template.storageClass(), owner(), owner(), isoTime(u.initiated)})
	}
	if !result.IsTruncated {
		result.NextKeyMarker, result.NextUploadIDMarker = "", ""
	}
	return x.xml(result)
}
