package cosmock

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// States of a bucket's versioning ("PUT Bucket versioning"). A bucket is
// unversioned until versioning is first enabled, and cannot return to that state.
const (
	VersioningNever     = ""
	VersioningEnabled   = "Enabled"
	VersioningSuspended = "Suspended"
)

// bucket holds object versions and unfinished uploads. No I/O happens while its
// lock is held.
type bucket struct {
	name, region string
	multiAZ      bool
	accelerated  bool // has metadata acceleration
	created      time.Time

	mu         sync.RWMutex
	index      index
	listing    listingView
	uploads    map[string]*upload
	versioning string
	encryption *bucketEncryption
	older      []shownEncryption // configurations that GET may still return, oldest first
	acl        acl
	tags       []tag
	objectLock *objectLock
	rules      map[string][]byte // XML documents by subresource
}

func newBucket(name, region string, now time.Time) *bucket {
	return &bucket{name: name, region: region, created: now, uploads: map[string]*upload{}}
}

// find returns the version with an ID, or the latest version if the ID is empty.
func (b *bucket) find(key, versionID string) (*version, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.findLocked(key, versionID)
}

// acquire is like find but also takes a reference to each blob, which the caller
// must release.
func (b *bucket) acquire(key, versionID string) (*version, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	v, err := b.findLocked(key, versionID)
	if err == nil {
		v.acquire()
	}
	return v, err
}

func (b *bucket) findLocked(key, versionID string) (*version, error) {
	versions := b.index.get(key)
	if versionID == "" {
		if len(versions) == 0 {
			return nil, fail("NoSuchKey")
		}
		if latest := versions[0]; !latest.deleteMarker {
			return latest, nil
		}
		return nil, fail("NoSuchKey")
	}
	for _, v := range versions {
		if v.id == versionID {
			if v.deleteMarker {
				return nil, deleteMarkerError("NoSuchKey", v.id)
			}
			return v, nil
		}
	}
	return nil, fail("NoSuchVersion")
}

// latestMarker returns the ID of the delete marker that hides an object, or "" if
// there is none.
func (b *bucket) latestMarker(key string) string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if versions := b.index.get(key); len(versions) > 0 && versions[0].deleteMarker {
		return versions[0].id
	}
	return ""
}

func deleteMarkerError(code, id string) error {
	e := fail(code)
	e.header = http.Header{"X-Cos-Delete-Marker": {"true"}, "X-Cos-Version-Id": {id}}
	return e
}

// put stores a version as the latest and assigns its ID. On an error, the caller
// still owns the version's blobs.
func (b *bucket) put(s *Server, v *version, g guard) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.putLocked(s, v, g)
}

func (b *bucket) putLocked(s *Server, v *version, g guard) error {
	if err := b.mayPut(s, v.key, g); err != nil {
		return err
	}
	now := s.now()
	v.modified = now
	if b.objectLock != nil && b.objectLock.days > 0 && v.lock.until.IsZero() {
		v.lock.until = now.AddDate(0, 0, b.objectLock.days).Truncate(time.Second)
	}
	b.prepend(s, v)
	return nil
}

// mayPut checks whether a key may be written. It runs before the body is read and
// again when the version is stored.
func (b *bucket) mayPut(s *Server, key string, g guard) error {
	versions := b.index.get(key)
	if err := g.check(versions); err != nil {
		return err
	}
	if len(versions) == 0 {
		return nil
	}
	if b.versioning == VersioningEnabled {
		if s.undocumented.Load().LockCoversVersions && versions[0].locked(s.now()) {
			return fail("ObjectLocked")
		}
		return nil
	}
	if g.forbidOverwrite && b.versioning == VersioningNever {
		return fail("FileAlreadyExists")
	}
	for _, v := range versions {
		if v.id == nullVersion && v.locked(s.now()) {
			return fail("ObjectLocked")
		}
	}
	return nil
}

// prepend adds a version as the latest. If versioning is enabled it keeps all
// other versions; otherwise it replaces the null version.
func (b *bucket) prepend(s *Server, v *version) {
	versions := b.index.get(v.key)
	next := []*version{v}
	if b.versioning == VersioningEnabled {
		v.id = s.ids.version(s.now())
		next = append(next, versions...)
	} else {
		v.id = nullVersion
		for _, old := range versions {
			if old.id == nullVersion {
				old.release()
			} else {
				next = append(next, old)
			}
		}
	}
	b.set(s, v.key, next)
}

// set changes the index at once and the listing after its lag.
func (b *bucket) set(s *Server, key string, versions []*version) {
	b.index.set(key, versions)
	b.listing.note(key, versions, s)
}

// deletion is the result of DELETE Object.
type deletion struct {
	versionID    string // of the removed version or of the new marker; "" if unversioned
	deleteMarker bool
	missing      bool
}

// remove deletes a version permanently. Without an ID in a versioned bucket, it
// adds a delete marker instead.
func (b *bucket) remove(s *Server, key, versionID string, g guard) (deletion, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	versions := b.index.get(key)
	if err := g.check(versions); err != nil {
		return deletion{}, err
	}
	if versionID == "" && b.versioning != VersioningNever {
		if err := b.mayPut(s, key, guard{}); err != nil {
			return deletion{}, err
		}
		marker := &version{key: key, deleteMarker: true, modified: s.now()}
		b.prepend(s, marker)
		return deletion{versionID: marker.id, deleteMarker: true}, nil
	}
	wanted := versionID
	if wanted == "" {
		wanted = nullVersion
	}
	at := slices.IndexFunc(versions, func(v *version) bool { return v.id == wanted })
	if at < 0 {
		return deletion{versionID: versionID, missing: true}, nil
	}
	v := versions[at]
	if v.locked(s.now()) {
		return deletion{}, fail("ObjectLocked")
	}
	v.release()
	b.set(s, key, slices.Concat(versions[:at], versions[at+1:]))
	return deletion{versionID: versionID, deleteMarker: v.deleteMarker}, nil
}

// change replaces a version with a changed copy, which keeps its blobs.
func (b *bucket) change(s *Server, key, versionID string, change func(*version) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	old, err := b.findLocked(key, versionID)
	if err != nil {
		return err
	}
	changed := *old
	if err := change(&changed); err != nil {
		return err
	}
	versions := slices.Clone(b.index.get(key))
	versions[slices.Index(versions, old)] = &changed
	b.set(s, key, versions)
	return nil
}

// versioned reports whether versioning has ever been enabled.
func (b *bucket) versioned() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.versioning != VersioningNever
}
