package cosmock

import (
	"fmt"
	"net/http"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The methods in this file and in admin_object.go stand for another actor: the
// account owner in the console, or another program. The journal does not record
// them.

// administer applies a change to a bucket.
func (s *Server) administer(name string, do func(*bucket) error) error {
	b := s.bucket(name)
	if b == nil {
		return fmt.Errorf("there is no bucket %q", name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return do(b)
}

// CreateBucket adds a bucket in a region. "" is the server's region.
func (s *Server) CreateBucket(name, region string) error {
	if region == "" {
		region = s.opts.Region
	}
	if !bucketPattern.MatchString(name) || !regionPattern.MatchString(region) {
		return fmt.Errorf("%q in %q is not a bucket of the form name-appid in a region", name, region)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[name] != nil {
		return fmt.Errorf("the bucket %q exists", name)
	}
	s.buckets[name] = newBucket(name, region, s.now())
	return nil
}

// SetOverdue changes the state that Options.Overdue sets initially.
func (s *Server) SetOverdue(overdue bool) { s.overdue.Store(overdue) }

// SetVersioning sets a bucket's versioning to VersioningEnabled or
// VersioningSuspended. VersioningNever is accepted only if the bucket is still
// unversioned.
func (s *Server) SetVersioning(bucketName, state string) error {
	return s.administer(bucketName, func(b *bucket) error { return b.setVersioning(state) })
}

// SetDefaultEncryption sets a bucket's default encryption: sse.ModeNone to remove
// it, sse.ModeAES256, sse.ModeSM4, or sse.ModeKMS with a key ID. An empty key ID
// is DefaultKMSKeyID.
func (s *Server) SetDefaultEncryption(bucketName string, mode sse.Mode, kmsKeyID string) error {
	var encryption *bucketEncryption
	switch mode {
	case sse.ModeNone:
	case sse.ModeAES256, sse.ModeSM4:
		encryption = &bucketEncryption{Algorithm: string(mode)}
	case sse.ModeKMS:
		encryption = &bucketEncryption{Algorithm: "KMS", KMSKeyID: kmsKeyID}
	default:
		return fmt.Errorf("%q is no mode of a bucket's default encryption", mode)
	}
	return s.administer(bucketName, func(b *bucket) error {
		b.encryption = encryption
		return nil
	})
}

// SetBucketACL sets a bucket's canned ACL, such as "public-read".
func (s *Server) SetBucketACL(bucketName, canned string) error {
	list, err := cannedACL(canned, true)
	if err != nil {
		return err
	}
	return s.administer(bucketName, func(b *bucket) error {
		b.acl = list
		return nil
	})
}

// AddKMSKey creates an enabled KMS key.
func (s *Server) AddKMSKey(id string) error {
	key, err := randomKey()
	if err != nil {
		return err
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if s.keys.kms[id] != nil {
		return fmt.Errorf("the KMS key %q exists", id)
	}
	s.keys.kms[id] = &kmsKey{key: key}
	return nil
}

// DisableKMSKey disables a KMS key. Objects encrypted with it cannot be read or
// written until EnableKMSKey is called.
func (s *Server) DisableKMSKey(id string) error { return s.setKMSKey(id, true) }

// EnableKMSKey enables a disabled KMS key.
func (s *Server) EnableKMSKey(id string) error { return s.setKMSKey(id, false) }

func (s *Server) setKMSKey(id string, disabled bool) error {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	key := s.keys.kms[id]
	if key == nil {
		return fmt.Errorf("there is no KMS key %q", id)
	}
	key.disabled = disabled
	return nil
}

// DeleteKMSKey destroys a KMS key. Objects encrypted with it can never be read
// again.
func (s *Server) DeleteKMSKey(id string) error {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if s.keys.kms[id] == nil {
		return fmt.Errorf("there is no KMS key %q", id)
	}
	delete(s.keys.kms, id)
	return nil
}

// LockObject puts a retention on the latest version of an object. Until it ends,
// object lock refuses to overwrite or delete the version or to change its tags.
func (s *Server) LockObject(bucketName, key string, until time.Time) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.lock.until = until
		return nil
	})
}

// HoldObject puts a legal hold, which has no end date, on the latest version of
// an object, or lifts it.
func (s *Server) HoldObject(bucketName, key string, on bool) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.lock.hold = holdOff
		if on {
			v.lock.hold = holdOn
		}
		return nil
	})
}

// Uploads returns the IDs of a bucket's unfinished multipart uploads. At COS they
// keep costing money until they are aborted.
func (s *Server) Uploads(bucketName string) []string {
	var ids []string
	_ = s.administer(bucketName, func(b *bucket) error {
		for _, u := range b.sortedUploads() {
			ids = append(ids, u.id)
		}
		return nil
	})
	return ids
}

// BeginUpload starts a multipart upload that is never completed, as if it had
// been initiated at the given time.
func (s *Server) BeginUpload(bucketName, key string, at time.Time) error {
	id, err := s.ids.upload(s.now())
	if err != nil {
		return err
	}
	return s.administer(bucketName, func(b *bucket) error {
		b.uploads[id] = &upload{id: id, key: key, initiated: at, template: &version{key: key, header: http.Header{}}, parts: map[int]*part{}}
		return nil
	})
}
