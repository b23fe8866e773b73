package directory

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// record is what private state contains about the objects that were written, by
// address. In addition to the current place, it contains places that the files
// have left and that still have objects of ours.
type record struct {
	Places []place
}

// place is a prefix and our objects below it, by key.
type place struct {
	Region, Bucket, Prefix string
	Files                  map[string]entry
}

// standing is the role of an object in the directory.
type standing int

const (
	// live is the object of a file.
	live standing = iota
	// retired is an object whose file was removed. The next apply that changes
	// something deletes it.
	retired
	// kept is an object whose file was removed and that is never deleted.
	kept

	standings = 3 // how many there are
)

// entry is an object that was written and verified. As long as a listing shows it
// unchanged, everything that is recorded is still true.
type entry struct {
	Sum      content.Sum
	ETag     string
	Class    string
	Modified time.Time // in whole seconds
	// Proved is its verified encryption.
	Proved protection
	// Headers identifies its verified headers.
	Headers string
	// Guessed is the guessed content type, so that a newer table of types does
	// not change a plan. It is "" if a rule set the type.
	Guessed string
	// Encoded means that a rule set a content encoding when the type was guessed.
	Encoded  bool
	Lock     locked
	Standing standing
}

// protection describes an object's encryption, without any secret.
type protection struct {
	Mode     sse.Mode
	KMSKeyID string
	KeyMD5   string
	// Context identifies the encryption context, which COS never returns.
	Context string
}

// protectionOf returns the protection that settings request.
func protectionOf(s sse.Settings) protection {
	p := protection{Mode: s.Mode, KMSKeyID: s.KMSKeyID, KeyMD5: s.CustomerKey.MD5()}
	if !s.Context.IsZero() {
		p.Context = fingerprint(s.Context.Base64())
	}
	return p
}

// fits reports whether p satisfies the requested protection. If asked names no
// KMS key, any key does.
func (p protection) fits(asked protection) bool {
	if asked.Mode == sse.ModeKMS && asked.KMSKeyID == "" && p.KMSKeyID != "" {
		asked.KMSKeyID = p.KMSKeyID
	}
	return p == asked && p.Mode != sse.ModeNone
}

// listed returns the entry that a listing must show for the object.
func (e entry) listed(key string) listing.Object {
	return listing.Object{Key: key, ETag: e.ETag, StorageClass: e.Class, Size: e.Sum.Length, LastModified: e.Modified}
}

// proves reports whether an entry of a listing shows the recorded object.
func (e entry) proves(key string, shown listing.Object, made time.Time) bool {
	return e.listed(key).Is(shown, made)
}

// fingerprint identifies texts by a hash of 72 bits. It distinguishes them but
// does not hide them.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(append(base64.StdEncoding.AppendEncode(nil, []byte(p)), '\n')) // never fails
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}

// headersOf identifies the stored headers except for the storage class.
func headersOf(a cosclient.Attributes) string {
	parts := []string{a.ContentType, a.CacheControl, a.ContentDisposition, a.ContentEncoding, a.ContentLanguage, a.Expires}
	for _, name := range slices.Sorted(maps.Keys(a.Metadata)) {
		parts = append(parts, name, a.Metadata[name])
	}
	return fingerprint(parts...)
}
