package cosclient

import (
	"iter"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Header names. Source: COS API documentation, "Common Request Headers", "Common
// Response Headers" and "PUT Object".
const (
	headerACL             = "X-Cos-Acl"
	headerCRC64           = "X-Cos-Hash-Crc64ecma"
	headerDeleteMarker    = "X-Cos-Delete-Marker"
	headerForbidOverwrite = "X-Cos-Forbid-Overwrite"
	headerMetaPrefix      = "X-Cos-Meta-"
	headerObjectType      = "X-Cos-Object-Type"
	headerStorageTier     = "X-Cos-Storage-Tier"
	headerRestore         = "X-Cos-Restore"
	headerStorageClass    = "X-Cos-Storage-Class"
	headerTagging         = "X-Cos-Tagging"
	headerTaggingCount    = "X-Cos-Tagging-Count"
	headerVersionID       = "X-Cos-Version-Id"
)

// standardClass is the storage class that COS omits from responses.
const standardClass = "STANDARD"

// Attributes are the headers that COS stores with an object. An empty field means
// that the header is absent; it is not sent. The tag of a field is all that the
// client needs to send, read and compare the header.
type Attributes struct {
	ContentType        string `header:"Content-Type"`
	CacheControl       string `header:"Cache-Control"`
	ContentDisposition string `header:"Content-Disposition"`
	ContentEncoding    string `header:"Content-Encoding"`
	ContentLanguage    string `header:"Content-Language"`
	Expires            string `header:"Expires"`
	// StorageClass has no tag because a multipart copy sends it in another
	// request.
	StorageClass string
	Metadata     map[string]string // lower-case names without the x-cos-meta- prefix
}

// Headers yields the names of the headers that have a field, with pointers to the
// fields.
func (a *Attributes) Headers() iter.Seq2[string, *string] {
	return func(yield func(string, *string) bool) {
		fields := reflect.ValueOf(a).Elem()
		for i := range fields.NumField() {
			name := fields.Type().Field(i).Tag.Get("header")
			value, ok := fields.Field(i).Addr().Interface().(*string)
			if name != "" && ok && !yield(name, value) {
				return
			}
		}
	}
}

// Header returns the value of a header that has a field.
func (a Attributes) Header(name string) string {
	for header, value := range a.Headers() {
		if header == name {
			return *value
		}
	}
	return ""
}

// Difference is a header whose value differs between two objects.
type Difference struct{ Name, This, Other string }

// Differences returns the headers that differ between two objects, including
// metadata. It compares the storage class only if a has one.
func (a Attributes) Differences(other Attributes) []Difference {
	var all []Difference
	differ := func(name, x, y string) {
		if x != y {
			all = append(all, Difference{name, x, y})
		}
	}
	for name, value := range a.Headers() {
		differ(name, *value, other.Header(name))
	}
	if a.StorageClass != "" {
		differ("storage class", a.StorageClass, other.StorageClass)
	}
	names := maps.Clone(a.Metadata)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, other.Metadata)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		differ("metadata "+name, a.Metadata[name], other.Metadata[name])
	}
	return all
}

// Info is the metadata that COS returns for an object.
type Info struct {
	Attributes   // StorageClass is "STANDARD" if COS omits the header
	Encryption   sse.Observed
	ETag         string // without quotes; not the MD5 of the content in every mode
	Length       int64  // bytes; -1 if COS does not return it
	CRC64        string // CRC-64/XZ of the whole content, decimal; "" if COS does not return it
	VersionID    string
	LastModified time.Time
	TaggingCount int
	Lock         Lock    // zero also if HEAD does not tell it
	Imposed      Imposed // headers that the answer says not to be the object's own
	StorageTier  string  // of an intelligent tiering object, such as FREQUENT; "" if absent
	Restore      string  // x-cos-restore, "" if absent
	ObjectType   string  // x-cos-object-type, such as "appendable"; "" if absent
	RequestID    string
}

// setHeaders adds the stored headers except for the storage class to a write.
func (a Attributes) setHeaders(h http.Header) {
	for name, value := range a.Headers() {
		set(h, name, *value)
	}
	for name, value := range a.Metadata {
		h.Set(headerMetaPrefix+name, value)
	}
}

func attributesOf(h http.Header) Attributes {
	a := Attributes{StorageClass: h.Get(headerStorageClass)}
	for name, value := range a.Headers() {
		*value = h.Get(name)
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

// infoOf reads the response to a HEAD or GET. Source: COS API documentation,
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
		Lock:         lockOf(a.header),
		Imposed:      imposedBy(a.header),
		StorageTier:  a.header.Get(headerStorageTier),
		Restore:      a.header.Get(headerRestore),
		ObjectType:   a.header.Get(headerObjectType),
		RequestID:    a.id,
	}
}

// writtenOf reads the headers of the response to a write.
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

// encodeTags encodes tags for x-cos-tagging, sorted by key.
func encodeTags(tags map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		pairs = append(pairs, percentEncode(key, "")+"="+percentEncode(tags[key], ""))
	}
	return strings.Join(pairs, "&")
}
