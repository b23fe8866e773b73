package cosmock

import (
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// upload is an unfinished multipart upload. The bucket's lock guards its parts.
type upload struct {
	id, key   string
	initiated time.Time
	template  *version // the future object, without its data
	parts     map[int]*part
}

// part is a part of an upload.
type part struct {
	number   int
	etag     string
	crc      uint64
	modified time.Time
	blob     *blob
}

// maxPartNumber is the highest part number ("Upload Part").
const maxPartNumber = 10000

func (u *upload) sortedParts() []*part {
	parts := make([]*part, 0, len(u.parts))
	for _, p := range u.parts {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b *part) int { return a.number - b.number })
	return parts
}

func (u *upload) release() {
	for _, p := range u.parts {
		p.blob.release()
	}
}

// sortedUploads returns a bucket's uploads by key and age. The caller holds the
// lock.
func (b *bucket) sortedUploads() []*upload {
	uploads := make([]*upload, 0, len(b.uploads))
	for _, u := range b.uploads {
		uploads = append(uploads, u)
	}
	slices.SortFunc(uploads, func(a, b *upload) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		if c := a.initiated.Compare(b.initiated); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	return uploads
}

// upload returns the upload that the request's uploadId names.
func (x *exchange) upload() (*upload, error) {
	x.bucket.mu.RLock()
	defer x.bucket.mu.RUnlock()
	return x.uploadLocked()
}

func (x *exchange) uploadLocked() (*upload, error) {
	u := x.bucket.uploads[x.query.value(subUploadID)]
	if u == nil || u.key != x.address.key {
		return nil, fail("NoSuchUpload")
	}
	return u, nil
}

// addPart adds a part to its upload or replaces the one with the same number. On
// an error, the caller still owns the blob.
func (x *exchange) addPart(p *part) error {
	x.bucket.mu.Lock()
	defer x.bucket.mu.Unlock()
	u, err := x.uploadLocked()
	if err != nil { // completed or aborted while the part was received
		return err
	}
	p.modified = x.server.now()
	if old := u.parts[p.number]; old != nil {
		old.blob.release()
	}
	u.parts[p.number] = p
	return nil
}

// partKey checks the SSE headers of a part. The SSE-C triple is required if the
// upload was initiated with it, and refused otherwise ("Upload Part").
func (x *exchange) partKey(p protection) (sse.CustomerKey, error) {
	if err := x.checkPartHeaders(); err != nil {
		return sse.CustomerKey{}, err
	}
	key, err := x.customerKey(destinationTriple)
	switch {
	case err != nil:
		return key, err
	case p.mode != sse.ModeCustomer && !key.IsZero():
		return key, failf("InvalidArgument", "The upload was not initiated with SSE-C.")
	case p.mode == sse.ModeCustomer && key.IsZero():
		return key, x.undocumented.PartKeyMissing.err()
	}
	return key, x.checkCustomerKey(p, key)
}

// checkPartHeaders enforces Undocumented.StrictPartHeaders.
func (x *exchange) checkPartHeaders() error {
	for _, name := range []string{sse.HeaderMode, sse.HeaderKMSKeyID, sse.HeaderKMSContext} {
		if x.undocumented.StrictPartHeaders && x.r.Header.Get(name) != "" {
			return fail("SSEHeaderNotAllowed")
		}
	}
	return nil
}
