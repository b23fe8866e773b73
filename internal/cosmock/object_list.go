package cosmock

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// maxEntries parses the parameter that limits the size of a page.
func (x *exchange) maxEntries(param string) (int, error) {
	limit := x.server.opts.Limits.ListMaxKeys
	text := x.query.value(param)
	if text == "" {
		return limit, nil
	}
	n, err := strconv.Atoi(text)
	strict := x.undocumented.StrictArguments
	if err != nil || n < 0 || strict && (n > limit || n == 0 && param == "max-parts") {
		return 0, failf("InvalidArgument", "%s is not a number of entries.", param)
	}
	return min(n, limit), nil
}

// keyEncoding parses encoding-type and returns how to write keys in the XML.
func (x *exchange) keyEncoding() (encode func(string) string, name string, err error) {
	switch name = x.query.value("encoding-type"); name {
	case "":
		return func(s string) string { return s }, "", nil
	case "url":
		asIs := []string{"%2F", "/"}
		if x.undocumented.PlusInListings {
			asIs = append(asIs, "%2B", "+")
		}
		kept := strings.NewReplacer(asIs...)
		return func(s string) string { return kept.Replace(urlEncode(s)) }, name, nil
	}
	return nil, "", failf("InvalidArgument", "encoding-type is not url.")
}

// commonPrefix is the part of a key up to the first delimiter after the
// prefix; "" if there is none.
func commonPrefix(key, prefix, delimiter string) string {
	if delimiter == "" {
		return ""
	}
	rest := key[len(prefix):]
	if at := strings.Index(rest, delimiter); at >= 0 {
		return prefix + rest[:at+len(delimiter)]
	}
	return ""
}

// after returns the position after all keys with a prefix.
func (i *index) after(prefix string) int {
	for len(prefix) > 0 && prefix[len(prefix)-1] == 0xff {
		prefix = prefix[:len(prefix)-1]
	}
	if prefix == "" {
		return len(i.entries)
	}
	at, _ := i.search(prefix[:len(prefix)-1] + string([]byte{prefix[len(prefix)-1] + 1}))
	return at
}

// walk visits the entries of a listing in order: either a key or a common prefix.
// It starts at the key from and stops when visit returns false.
func (i *index) walk(from, prefix, delimiter string, visit func(e entry, group string) bool) {
	at, _ := i.search(max(from, prefix))
	for at < len(i.entries) && strings.HasPrefix(i.entries[at].key, prefix) {
		e := i.entries[at]
		group := commonPrefix(e.key, prefix, delimiter)
		if !visit(e, group) {
			return
		}
		if at++; group != "" {
			at = i.after(group)
		}
	}
}

type objectXML struct {
	Key          string   `xml:"Key"`
	LastModified string   `xml:"LastModified"`
	ETag         string   `xml:"ETag"`
	Size         int64    `xml:"Size"`
	Owner        ownerXML `xml:"Owner"`
	StorageClass string   `xml:"StorageClass"`
	StorageTier  string   `xml:"StorageTier,omitempty"`
}

type prefixXML struct {
	Prefix string `xml:"Prefix"`
}

type listResult struct {
	XMLName        xml.Name    `xml:"ListBucketResult"`
	Name           string      `xml:"Name"`
	EncodingType   string      `xml:"EncodingType,omitempty"`
	Prefix         string      `xml:"Prefix"`
	Marker         string      `xml:"Marker"`
	MaxKeys        int         `xml:"MaxKeys"`
	Delimiter      string      `xml:"Delimiter,omitempty"`
	IsTruncated    bool        `xml:"IsTruncated"`
	NextMarker     string      `xml:"NextMarker,omitempty"`
	CommonPrefixes []prefixXML `xml:"CommonPrefixes"`
	Contents       []objectXML `xml:"Contents"`
}

// listObjects implements GET Bucket (List Objects). The listing does not include
// the encryption.
func (x *exchange) listObjects() error {
	limit, err := x.maxEntries("max-keys")
	if err != nil {
		return err
	}
	encode, encoding, err := x.keyEncoding()
	if err != nil {
		return err
	}
	prefix, delimiter, marker := x.query.value("prefix"), x.query.value("delimiter"), x.query.value("marker")
	result := listResult{
		Name: x.bucket.name, EncodingType: encoding, Prefix: encode(prefix), Marker: encode(marker),
		MaxKeys: limit, Delimiter: encode(delimiter),
	}
	count := 0
	x.bucket.list(x.server, func(i *index) {
		i.walk(marker, prefix, delimiter, func(e entry, group string) bool {
			name := e.key
			if group != "" {
				name = group
			} else if e.versions[0].deleteMarker {
				return true
			}
			if marker != "" && name <= marker || group != "" && !i.alive(group) {
				return true
			}
			if count == limit {
				result.IsTruncated = limit > 0
				return false
			}
			count++
			result.NextMarker = encode(name)
			if group != "" {
				result.CommonPrefixes = append(result.CommonPrefixes, prefixXML{encode(group)})
				return true
			}
			v := e.versions[0]
			result.Contents = append(result.Contents,
				objectXML{encode(v.key), isoTime(v.listedTime()), quote(v.etag), v.size, owner(), v.storageClass(), v.storageTier(x.server.now())})
			return true
		})
	})
	if !result.IsTruncated {
		result.NextMarker = ""
	}
	x.header().Set("X-Cos-Bucket-Region", x.bucket.region)
	return x.xml(result)
}

// alive reports whether any key with the prefix has an object rather than only
// delete markers.
func (i *index) alive(prefix string) bool {
	at, _ := i.search(prefix)
	for ; at < len(i.entries) && strings.HasPrefix(i.entries[at].key, prefix); at++ {
		if !i.entries[at].versions[0].deleteMarker {
			return true
		}
	}
	return false
}

// list calls read with the index as listings show it, while holding the lock.
func (b *bucket) list(s *Server, read func(*index)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	read(b.listing.current(&b.index, s.now()))
}
