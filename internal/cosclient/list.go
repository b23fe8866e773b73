package cosclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// ListInput selects keys. Marker is the NextMarker of the previous page. If
// MaxKeys is 0, COS chooses the page size, at most 1,000.
type ListInput struct {
	Prefix, Marker, Delimiter string
	MaxKeys                   int
}

// Entry is an object in a listing. Listings do not include the encryption.
type Entry struct {
	Key, ETag, StorageClass string // ETag without quotes
	StorageTier             string // of an intelligent tiering object, if COS lists it
	Size                    int64
	LastModified            time.Time
}

// Page is a page of a listing, sorted by the bytes of the keys.
type Page struct {
	Entries        []Entry
	CommonPrefixes []string // keys up to and including the delimiter
	NextMarker     string   // set if Truncated
	Truncated      bool
	Date           time.Time // time of the response by COS's clock; zero if unknown
}

type listing struct {
	EncodingType string
	IsTruncated  bool
	NextMarker   string

	Contents []struct {
		Key, ETag, StorageClass, StorageTier, LastModified string
		Size                                               int64
	}
	CommonPrefixes []struct{ Prefix string }
}

// List returns a page of a bucket's objects. Keys are requested URL-encoded,
// because XML cannot represent every character. Source: COS API documentation,
// "GET Bucket (List Objects)".
func (c *Client) List(ctx context.Context, region, bucket string, in ListInput) (Page, error) {
	r, err := newBucketRequest("GetBucket", region, bucket)
	if err != nil {
		return Page{}, err
	}
	r.parameter("prefix", in.Prefix)
	r.parameter("marker", in.Marker)
	r.parameter("delimiter", in.Delimiter)
	if in.MaxKeys > 0 {
		r.parameter("max-keys", strconv.Itoa(in.MaxKeys))
	}
	r.parameter("encoding-type", "url")
	var page Page
	r.read = func(a *answer) error {
		var raw listing
		if err := c.readResult(r, a, &raw); err != nil {
			return err
		}
		var err error
		if page, err = raw.page(); err != nil {
			return unreadable(r, err)
		}
		page.Date, _ = http.ParseTime(a.header.Get("Date"))
		return nil
	}
	_, err = c.do(ctx, r)
	return page, err
}

func (l listing) page() (Page, error) {
	decode := decoder{encoded: l.EncodingType == "url"}
	page := Page{Truncated: l.IsTruncated, NextMarker: decode.text(l.NextMarker)}
	last := ""
	for _, o := range l.Contents {
		page.Entries = append(page.Entries, Entry{
			Key: decode.text(o.Key), ETag: unquote(o.ETag), StorageClass: o.StorageClass, StorageTier: o.StorageTier,
			Size: o.Size, LastModified: parseTime(o.LastModified),
		})
		last = max(last, page.Entries[len(page.Entries)-1].Key)
	}
	for _, p := range l.CommonPrefixes {
		page.CommonPrefixes = append(page.CommonPrefixes, decode.text(p.Prefix))
		last = max(last, page.CommonPrefixes[len(page.CommonPrefixes)-1])
	}
	if page.Truncated && page.NextMarker == "" {
		page.NextMarker = last
	}
	if page.Truncated && page.NextMarker == "" && decode.err == nil {
		return Page{}, errors.New("it is truncated and names no marker to go on from")
	}
	return page, decode.err
}

// decoder reverses encoding-type=url and keeps the first error. It does not
// decode "+" to a space: COS may leave a "+" in a key unencoded and encodes a
// space as %20, which Tencent's Python SDK relies on in every listing.
type decoder struct {
	encoded bool
	err     error
}

func (d *decoder) text(s string) string {
	if !d.encoded {
		return s
	}
	decoded, err := url.PathUnescape(s)
	if err != nil && d.err == nil {
		d.err = errEscapes // err quotes the text
	}
	return decoded
}

// newBucketRequest returns a GET request for a bucket.
func newBucketRequest(op, region, bucket string) (*request, error) {
	if err := ValidateBucket(region, bucket); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	return &request{op: op, loc: Location{Region: region, Bucket: bucket}, method: http.MethodGet, header: http.Header{}}, nil
}

// parameter adds a query parameter if its value is not empty.
func (r *request) parameter(name, value string) {
	if value != "" {
		r.query = append(r.query, param{name, value})
	}
}
