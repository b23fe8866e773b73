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

// record is what is remembered in private state of the objects that were
// written, by address. Besides the place of the files there are those that they
// have left, and that are not cleared yet.
type record struct {
	Places []place
}

// place is a prefix and the objects below it that are ours, by key.
type place struct {
	Region, Bucket, Prefix string
	Files                  map[string]entry
}

// standing is what an object is to the directory.
type standing int

const (
	// live: the object of a file.
	live standing = iota
	// retired: its file is gone, and the next apply that changes something
	// removes it.
	retired
	// kept: its file is gone, and the object is never deleted.
	kept

	standings = 3 // how many there are
)

// entry is an object that was written and proved. If a listing still shows it
// so, everything that is recorded is still true.
type entry struct {
	Sum      content.Sum
	ETag     string
	Class    string
	Modified time.Time // in whole seconds
	// Proved is how it was found to be encrypted.
	Proved protection
	// Headers identifies the headers that it was found to have.
	Headers string
	// Guessed is the content type if it was guessed: a newer table of types
	// changes no plan. "" if a rule gave it.
	Guessed string
	// Encoded: a rule gave a content encoding when the type was guessed.
	Encoded  bool
	Lock     locked
	Standing standing
}

// protection is how an object is encrypted, without any secret.
type protection struct {
	Mode     sse.Mode
	KMSKeyID string
	KeyMD5   string
	// Context identifies the encryption context, which COS never tells.
	Context string
}

// protectionOf is what settings ask for.
func protectionOf(s sse.Settings) protection {
	p := protection{Mode: s.Mode, KMSKeyID: s.KMSKeyID, KeyMD5: s.CustomerKey.MD5()}
	if !s.Context.IsZero() {
		p.Context = fingerprint(s.Context.Base64())
	}
	return p
}

// fits reports whether an object that has the protection has what is asked for.
// If no KMS key is named, each will do.
func (p protection) fits(asked protection) bool {
	if asked.Mode == sse.ModeKMS && asked.KMSKeyID == "" && p.KMSKeyID != "" {
		asked.KMSKeyID = p.KMSKeyID
	}
	return p == asked && p.Mode != sse.ModeNone
}

// listed is what a listing has to show of the object.
func (e entry) listed(key string) listing.Object {
	return listing.Object{Key: key, ETag: e.ETag, StorageClass: e.Class, Size: e.Sum.Length, LastModified: e.Modified}
}

// proves reports whether an entry of a listing shows the recorded object.
func (e entry) proves(key string, shown listing.Object, made time.Time) bool {
	return e.listed(key).Is(shown, made)
}

// fingerprint identifies texts by a few bytes. They are told apart and not kept
// from anybody: 72 bits.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(append(base64.StdEncoding.AppendEncode(nil, []byte(p)), '\n')) // never fails
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}

// headersOf identifies all that is stored with an object besides its class.
func headersOf(a cosclient.Attributes) string {
	parts := []string{a.ContentType, a.CacheControl, a.ContentDisposition, a.ContentEncoding, a.ContentLanguage, a.Expires}
	for _, name := range slices.Sorted(maps.Keys(a.Metadata)) {
		parts = append(parts, name, a.Metadata[name])
	}
	return fingerprint(parts...)
}
