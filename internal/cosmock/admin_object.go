package cosmock

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Object describes a version of an object as the server stores it.
type Object struct {
	Bucket, Key string
	VersionID   string // "null" if versioning was never enabled
	Size        int64
	ETag        string // without quotes
	CRC64       uint64
	Modified    time.Time
	Header      http.Header // Content-Type, Cache-Control, X-Cos-Meta-*, ...
	Class       string      // STANDARD if the upload named none
	Tier        string      // of an INTELLIGENT_TIERING object, such as FREQUENT
	Tags        map[string]string
	PublicRead  bool     // by an ACL of its own
	OwnACL      bool     // false: it inherits the bucket's ACL
	Grants      []string // of its own ACL without the owner's, such as "READ qcs::cam::uin/1:uin/1"

	RetainUntil time.Time // zero: no retention
	LegalHold   bool

	Mode           sse.Mode
	KMSKeyID       string
	KMSContext     string // decoded JSON, which no response contains
	CustomerKeyMD5 string

	server  *Server
	version *version
}

// Object returns the latest version of an object. The result is false if there is
// none or if it is a delete marker.
func (s *Server) Object(bucketName, key string) (Object, bool) {
	b := s.bucket(bucketName)
	if b == nil {
		return Object{}, false
	}
	v, err := b.find(key, "")
	if err != nil {
		return Object{}, false
	}
	o := Object{
		Bucket: bucketName, Key: key, VersionID: v.id, Size: v.size, ETag: v.etag, CRC64: v.crc, Modified: v.modified,
		Header: v.header.Clone(), Class: v.storageClass(), Tier: v.storageTier(s.now()), Tags: map[string]string{},
		PublicRead: v.acl.own && v.acl.publicRead(), OwnACL: v.acl.own,
		RetainUntil: v.lock.until, LegalHold: v.lock.hold == holdOn,
		Mode: v.protection.mode, KMSKeyID: v.protection.kmsKeyID, KMSContext: v.protection.context,
		CustomerKeyMD5: v.protection.keyMD5,
		server:         s, version: v,
	}
	for _, t := range v.tags {
		o.Tags[t.Key] = t.Value
	}
	for _, g := range v.acl.grants {
		if g.grantee != ownerID {
			o.Grants = append(o.Grants, g.permission+" "+g.grantee)
		}
	}
	return o, true
}

// Plaintext decrypts the object. An SSE-C object needs the customer key; other
// modes ignore it. It fails if the version has been replaced since Object
// returned it.
func (o Object) Plaintext(key sse.CustomerKey) ([]byte, error) {
	b := o.server.bucket(o.Bucket)
	if b == nil {
		return nil, fmt.Errorf("there is no bucket %q", o.Bucket)
	}
	v, err := b.acquire(o.Key, o.version.id)
	if err != nil {
		return nil, err
	}
	r := open(o.server.keys, v.blobs, v.protection, key, 0, v.size)
	defer r.Close()
	if v.protection.mode == sse.ModeCustomer && !v.protection.opensWith(key) {
		return nil, errors.New("the object is encrypted with another customer key")
	}
	return io.ReadAll(r)
}

// Keys returns the keys of a bucket whose latest version is not a delete marker.
func (s *Server) Keys(bucketName string) []string {
	var keys []string
	_ = s.administer(bucketName, func(b *bucket) error {
		for _, e := range b.index.entries {
			if !e.versions[0].deleteMarker {
				keys = append(keys, e.key)
			}
		}
		return nil
	})
	return keys
}

// NewObject describes an object for PutObject to write.
type NewObject struct {
	Body        io.Reader // nil for an empty object
	Header      http.Header
	Class       string
	Tier        string // of an INTELLIGENT_TIERING object; "" is FREQUENT
	Tags        map[string]string
	ACL         string // canned; "" is "default"
	Mode        sse.Mode
	KMSKeyID    string // "" is DefaultKMSKeyID
	CustomerKey sse.CustomerKey
}

// PutObject writes an object without going through the API: the bucket's default
// encryption does not apply, and object lock does not protect an existing object.
func (s *Server) PutObject(bucketName, key string, o NewObject) error {
	b := s.bucket(bucketName)
	if b == nil {
		return fmt.Errorf("there is no bucket %q", bucketName)
	}
	v := &version{key: key, header: o.Header.Clone(), hasCRC: true, class: o.Class, tier: o.Tier, tags: tagList(o.Tags)}
	if v.header == nil {
		v.header = http.Header{}
	}
	if v.header.Get("Content-Type") == "" {
		v.header.Set("Content-Type", s.undocumented.Load().contentType(key))
	}
	if v.class == classStandard {
		v.class = ""
	}
	var err error
	if o.ACL != "" {
		if v.acl, err = cannedACL(o.ACL, false); err != nil {
			return err
		}
	}
	v.protection.mode = o.Mode
	switch {
	case o.Mode == sse.ModeCustomer:
		if v.protection, err = protectWith(o.CustomerKey); err != nil {
			return err
		}
	case o.Mode == sse.ModeKMS && o.KMSKeyID == "":
		v.protection.kmsKeyID = DefaultKMSKeyID
	default:
		v.protection.kmsKeyID = o.KMSKeyID
	}
	body := o.Body
	if body == nil {
		body = strings.NewReader("")
	}
	d := newDigest(v.protection, "")
	blob, err := s.store.write(s.keys, body, v.protection, o.CustomerKey, d)
	if err != nil {
		return err
	}
	v.blobs, v.size, v.crc = append(v.blobs, blob), blob.size, d.crc
	if v.etag, err = d.etag(v.protection, o.CustomerKey); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	v.modified = s.now()
	b.prepend(s, v)
	return nil
}

func tagList(m map[string]string) []tag {
	var tags []tag
	for _, key := range slices.Sorted(maps.Keys(m)) {
		tags = append(tags, tag{key, m[key]})
	}
	return tags
}

// DeleteObject deletes an object like DELETE Object without a version ID. If
// versioning was ever enabled, it leaves a delete marker.
func (s *Server) DeleteObject(bucketName, key string) error {
	b := s.bucket(bucketName)
	if b == nil {
		return fmt.Errorf("there is no bucket %q", bucketName)
	}
	_, err := b.remove(s, key, "", guard{})
	return err
}

// changeObject applies a change to the latest version of an object.
func (s *Server) changeObject(bucketName, key string, change func(*version) error) error {
	b := s.bucket(bucketName)
	if b == nil {
		return fmt.Errorf("there is no bucket %q", bucketName)
	}
	return b.change(s, key, "", change)
}

// SetTags replaces an object's tags.
func (s *Server) SetTags(bucketName, key string, tags map[string]string) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.tags = tagList(tags)
		return nil
	})
}

// SetACL sets an object's canned ACL.
func (s *Server) SetACL(bucketName, key, canned string) error {
	list, err := cannedACL(canned, false)
	if err != nil {
		return err
	}
	return s.changeObject(bucketName, key, func(v *version) error {
		v.acl = list
		return nil
	})
}

// Grant adds a grant to an object for another account, named by its number. The
// permission is READ, READ_ACP, WRITE_ACP or FULL_CONTROL.
func (s *Server) Grant(bucketName, key, account, permission string) error {
	if !accountForm.MatchString(account) {
		return fmt.Errorf("%q is not the number of an account", account)
	}
	return s.changeObject(bucketName, key, func(v *version) error {
		v.acl.own, v.acl.grants = true, append(slices.Clone(v.acl.grants), grant{accountID(account), permission})
		return nil
	})
}

// SetHeader sets a header that is stored with an object, such as Cache-Control or
// X-Cos-Meta-Owner. "" removes it. At COS, this takes a copy of the object onto
// itself.
func (s *Server) SetHeader(bucketName, key, name, value string) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.header = v.header.Clone()
		if v.header.Set(name, value); value == "" {
			v.header.Del(name)
		}
		return nil
	})
}

// ForgetCRC64 removes an object's CRC64, as objects that are older than the
// feature have none ("CRC64 Check").
func (s *Server) ForgetCRC64(bucketName, key string) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.hasCRC = false
		return nil
	})
}

// RestoreObject restores the latest version of an archived object for one day.
func (s *Server) RestoreObject(bucketName, key string) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		now := s.now()
		v.restoration = &restoration{requested: now, ready: now, expires: now.AddDate(0, 0, 1), tier: "Standard", moves: v.tier != ""}
		return nil
	})
}
