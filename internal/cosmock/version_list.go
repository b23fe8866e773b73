package cosmock

import (
	"encoding/xml"
	"slices"
)

type versionXML struct {
	XMLName      xml.Name // Version or DeleteMarker
	Key          string   `xml:"Key"`
	VersionID    string   `xml:"VersionId"`
	IsLatest     bool     `xml:"IsLatest"`
	LastModified string   `xml:"LastModified"`
	ETag         string   `xml:"ETag,omitempty"`
	Size         *int64   `xml:"Size,omitempty"`
	StorageClass string   `xml:"StorageClass,omitempty"`
	Owner        ownerXML `xml:"Owner"`
}

type listVersionsResult struct {
	XMLName             xml.Name     `xml:"ListVersionsResult"`
	Name                string       `xml:"Name"`
	EncodingType        string       `xml:"EncodingType,omitempty"`
	Prefix              string       `xml:"Prefix"`
	KeyMarker           string       `xml:"KeyMarker"`
	VersionIDMarker     string       `xml:"VersionIdMarker"`
	MaxKeys             int          `xml:"MaxKeys"`
	Delimiter           string       `xml:"Delimiter,omitempty"`
	IsTruncated         bool         `xml:"IsTruncated"`
	NextKeyMarker       string       `xml:"NextKeyMarker,omitempty"`
	NextVersionIDMarker string       `xml:"NextVersionIdMarker,omitempty"`
	CommonPrefixes      []prefixXML  `xml:"CommonPrefixes"`
	Versions            []versionXML // versions and delete markers in listing order
}

// listVersions implements GET Bucket Object versions.
func (x *exchange) listVersions() error {
	limit, err := x.maxEntries("max-keys")
	if err != nil {
		return err
	}
	encode, encoding, err := x.keyEncoding()
	if err != nil {
		return err
	}
	prefix, delimiter := x.query.value("prefix"), x.query.value("delimiter")
	keyMarker, idMarker := x.query.value("key-marker"), x.query.value("version-id-marker")
	if idMarker != "" && keyMarker == "" {
		return failf("InvalidArgument", "A version-id-marker needs a key-marker.")
	}
	result := listVersionsResult{
		Name: x.bucket.name, EncodingType: encoding, Prefix: encode(prefix), KeyMarker: encode(keyMarker),
		VersionIDMarker: idMarker, MaxKeys: limit, Delimiter: encode(delimiter),
	}
	idOf := func(v *version) string { return v.id }
	if !x.bucket.versioned() && !x.undocumented.NullVersionID {
		idOf = func(*version) string { return "" }
	}
	count := 0
	full := func() bool {
		result.IsTruncated = result.IsTruncated || count == limit && limit > 0
		return count == limit
	}
	x.bucket.list(x.server, func(i *index) {
		i.walk(keyMarker, prefix, delimiter, func(e entry, group string) bool {
			if group != "" {
				if keyMarker != "" && group <= keyMarker {
					return true
				}
				if full() {
					return false
				}
				count++
				result.CommonPrefixes = append(result.CommonPrefixes, prefixXML{encode(group)})
				result.NextKeyMarker, result.NextVersionIDMarker = encode(group), ""
				return true
			}
			for n, v := range e.versions[firstVersion(e, keyMarker, idMarker):] {
				if full() {
					return false
				}
				count++
				latest := n == 0 && v == e.versions[0]
				result.Versions = append(result.Versions, v.listed(encode(v.key), idOf(v), latest))
				result.NextKeyMarker, result.NextVersionIDMarker = encode(v.key), idOf(v)
			}
			return true
		})
	})
	if !result.IsTruncated {
		result.NextKeyMarker, result.NextVersionIDMarker = "", ""
	}
	x.header().Set("X-Cos-Bucket-Region", x.bucket.region)
	return x.xml(result)
}

// firstVersion returns the index of a key's first version after the markers.
func firstVersion(e entry, keyMarker, idMarker string) int {
	switch {
	case keyMarker == "" || e.key != keyMarker:
		return 0
	case idMarker == "":
		return len(e.versions)
	}
	return slices.IndexFunc(e.versions, func(v *version) bool { return v.id == idMarker }) + 1
}

func (v *version) listed(key, id string, latest bool) versionXML {
	entry := versionXML{
		XMLName: xml.Name{Local: "Version"}, Key: key, VersionID: id, IsLatest: latest,
		LastModified: isoTime(v.modified), Owner: owner(),
	}
	if v.deleteMarker {
		entry.XMLName.Local = "DeleteMarker"
		return entry
	}
	entry.ETag, entry.Size, entry.StorageClass = quote(v.etag), &v.size, v.storageClass()
	return entry
}
