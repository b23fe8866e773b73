package cosmock

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Values of a bucket's versioning ("PUT Bucket versioning"). A bucket that has
// never had it is unversioned, and cannot become so again.
const (
	VersioningNever     = ""
	VersioningEnabled   = "Enabled"
	VersioningSuspended = "Suspended"
)

// bucket holds the versions of objects and the uploads in progress. No I/O is
// done under its lock.
type bucket struct {
	name, region string
	multiAZ      bool
	created      time.Time

	mu         sync.RWMutex
	index      index
	listing    listingView
	uploads    map[string]*upload
	versioning string
	encryption *bucketEncryption
	older      []shownEncryption // what GET still shows, oldest first
	acl        acl
	tags       []tag
	objectLock *objectLock
	rules      map[string][]byte // documents by their subresource
}

func newBucket(name, region string, now time.Time) *bucket {
	return &bucket{name: name, region: region, created: now, uploads: map[string]*upload{}}
}

// find returns a version: the latest, or the one of that id.
func (b *bucket) find(key, versionID string) (*version, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.findLocked(key, versionID)
}

// acquire is find plus a reference to each blob, for release.
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

// latestMarker is the id of the delete marker that hides an object; "" is none.
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

// put stores a version as the latest and gives it its id. On an error the
// version's blobs still belong to the caller.
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

// mayPut checks what forbids a write to a key before its body is taken, and
// again when it is stored.
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

// prepend puts a version in front: beside the others where versioning is
// enabled, in place of the null version otherwise.
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

// set changes the index, and the listing when its time has come.
func (b *bucket) set(s *Server, key string, versions []*version) {
	b.index.set(key, versions)
	b.listing.note(key, versions, s)
}

// deletion is what DELETE Object did.
type deletion struct {
	versionID    string // of what was removed, or of the new marker; "" without versioning
	deleteMarker bool
	missing      bool
}

// remove deletes a version for good, or, without an id in a bucket that has
// versioning, puts a delete marker in front.
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

// change puts a changed copy of a version in its place. Its blobs stay.
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

// versioned reports whether versioning was ever enabled.
func (b *bucket) versioned() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.versioning != VersioningNever
}
