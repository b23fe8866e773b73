package cosclient

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Names of headers. Source: COS API documentation, "Common Request Headers",
// "Common Response Headers" and "PUT Object".
const (
	headerACL             = "X-Cos-Acl"
	headerCRC64           = "X-Cos-Hash-Crc64ecma"
	headerDeleteMarker    = "X-Cos-Delete-Marker"
	headerForbidOverwrite = "X-Cos-Forbid-Overwrite"
	headerMetaPrefix      = "X-Cos-Meta-"
	headerRestore         = "X-Cos-Restore"
	headerStorageClass    = "X-Cos-Storage-Class"
	headerTagging         = "X-Cos-Tagging"
	headerTaggingCount    = "X-Cos-Tagging-Count"
	headerVersionID       = "X-Cos-Version-Id"
)

// standardClass is the storage class that COS does not mention.
const standardClass = "STANDARD"

// Attributes are the headers that COS stores with an object. "" is "not
// there", and is not sent.
type Attributes struct {
	ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Expires, StorageClass string
	Metadata                                                                                               map[string]string // lower-case names without the x-cos-meta- prefix
}

// Info is what COS tells of an object.
type Info struct {
	Attributes   // StorageClass "STANDARD" where COS omits the header
	Encryption   sse.Observed
	ETag         string // without quotes; no MD5 of the content in general
	Length       int64  // bytes; -1 where COS gives none
	CRC64        string // CRC-64/XZ of the whole content, decimal; "" where COS gives none
	VersionID    string
	LastModified time.Time
	TaggingCount int
	Restore      string // x-cos-restore, "" if absent
	RequestID    string
}

// setHeaders adds the stored headers to a write, but for the storage class.
func (a Attributes) setHeaders(h http.Header) {
	set(h, "Content-Type", a.ContentType)
	set(h, "Cache-Control", a.CacheControl)
	set(h, "Content-Disposition", a.ContentDisposition)
	set(h, "Content-Encoding", a.ContentEncoding)
	set(h, "Content-Language", a.ContentLanguage)
	set(h, "Expires", a.Expires)
	for name, value := range a.Metadata {
		h.Set(headerMetaPrefix+name, value)
	}
}

func attributesOf(h http.Header) Attributes {
	a := Attributes{
		ContentType:        h.Get("Content-Type"),
		CacheControl:       h.Get("Cache-Control"),
		ContentDisposition: h.Get("Content-Disposition"),
		ContentEncoding:    h.Get("Content-Encoding"),
		ContentLanguage:    h.Get("Content-Language"),
		Expires:            h.Get("Expires"),
		StorageClass:       h.Get(headerStorageClass),
	}
	if a.StorageClass == "" {
		a.StorageClass = standardClass
	}
	for name := range h {
		if suffix, ok := strings.CutPrefix(name, headerMetaPrefix); ok {
			if a.Metadata == nil {
				a.Metadata = map[string]string{}
			}
			a.Metadata[strings.ToLower(suffix)] = h.Get(name)
		}
	}
	return a
}

// infoOf reads the answer to a HEAD or GET. Source: COS API documentation,
// "HEAD Object".
func infoOf(a *answer) Info {
	modified, _ := http.ParseTime(a.header.Get("Last-Modified"))
	tags, _ := strconv.Atoi(a.header.Get(headerTaggingCount))
	return Info{
		Attributes:   attributesOf(a.header),
		Encryption:   sse.FromHeader(a.header),
		ETag:         unquote(a.header.Get("ETag")),
		Length:       a.length,
		CRC64:        a.header.Get(headerCRC64),
		VersionID:    a.header.Get(headerVersionID),
		LastModified: modified,
		TaggingCount: tags,
		Restore:      a.header.Get(headerRestore),
		RequestID:    a.id,
	}
}

// writtenOf reads the headers of the answer to a write.
func writtenOf(a *answer) Written {
	if a.recovered {
		return Written{Recovered: true}
	}
	return Written{
		ETag:       unquote(a.header.Get("ETag")),
		CRC64:      a.header.Get(headerCRC64),
		VersionID:  a.header.Get(headerVersionID),
		RequestID:  a.id,
		Encryption: sse.FromHeader(a.header),
	}
}

func unquote(etag string) string { return strings.Trim(etag, `"`) }

func quote(etag string) string { return `"` + unquote(etag) + `"` }

// encodeTags writes tags as they travel in x-cos-tagging, in the order of
// their keys.
func encodeTags(tags map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		pairs = append(pairs, percentEncode(key, "")+"="+percentEncode(tags[key], ""))
	}
	return strings.Join(pairs, "&")
}
