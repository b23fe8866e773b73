package cosmock

import (
	"fmt"
	"net/http"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The methods of this file and of admin_object.go play somebody else: the
// owner of the account at the console, or another program. They leave no trace
// in the journal.

// administer runs a change to a bucket.
func (s *Server) administer(name string, do func(*bucket) error) error {
	b := s.bucket(name)
	if b == nil {
		return fmt.Errorf("there is no bucket %q", name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return do(b)
}

// CreateBucket adds a bucket, in any region: "" is the server's.
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

// SetOverdue switches what Options.Overdue begins with.
func (s *Server) SetOverdue(overdue bool) { s.overdue.Store(overdue) }

// SetVersioning sets a bucket's versioning: VersioningEnabled or
// VersioningSuspended, or VersioningNever while it is that already.
func (s *Server) SetVersioning(bucketName, state string) error {
	return s.administer(bucketName, func(b *bucket) error { return b.setVersioning(state) })
}

// SetDefaultEncryption sets a bucket's default encryption: sse.ModeNone for
// none, sse.ModeAES256, sse.ModeSM4, or sse.ModeKMS with a key id or "" for
// DefaultKMSKeyID.
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

// AddKMSKey makes a KMS key, enabled.
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

// DisableKMSKey disables a KMS key: what is under it cannot be read, and
// nothing be written, until EnableKMSKey.
func (s *Server) DisableKMSKey(id string) error { return s.setKMSKey(id, true) }

// EnableKMSKey enables a KMS key again.
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

// DeleteKMSKey destroys a KMS key: what is under it is lost.
func (s *Server) DeleteKMSKey(id string) error {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if s.keys.kms[id] == nil {
		return fmt.Errorf("there is no KMS key %q", id)
	}
	delete(s.keys.kms, id)
	return nil
}

// LockObject retains the latest version of an object until a time, as object
// lock does: no overwrite, deletion or change of tags.
func (s *Server) LockObject(bucketName, key string, until time.Time) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.lock.until = until
		return nil
	})
}

// HoldObject puts a legal hold on the latest version of an object, or lifts
// it: a lock without an end.
func (s *Server) HoldObject(bucketName, key string, on bool) error {
	return s.changeObject(bucketName, key, func(v *version) error {
		v.lock.hold = holdOff
		if on {
			v.lock.hold = holdOn
		}
		return nil
	})
}

// Uploads lists the ids of a bucket's multipart uploads that are neither
// complete nor aborted: what a client forgets stays, and costs money.
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

// BeginUpload leaves a multipart upload that was begun at a time and is not
// going to be completed.
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
