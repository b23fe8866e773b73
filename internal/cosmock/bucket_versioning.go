package cosmock

import (
	"encoding/xml"
)

// setVersioning changes a bucket's versioning. The caller holds the lock.
func (b *bucket) setVersioning(state string) error {
	switch state {
	case VersioningEnabled, VersioningSuspended:
		b.versioning = state
		return nil
	case VersioningNever:
		if b.versioning == VersioningNever {
			return nil
		}
		return failf("InvalidArgument", "Versioning can be suspended, but not unset.")
	}
	return fail("MalformedXML")
}

type versioningConfiguration struct {
	XMLName xml.Name `xml:"VersioningConfiguration"`
	Status  string   `xml:"Status,omitempty"`
}

// getVersioning implements GET Bucket versioning.
func (x *exchange) getVersioning() error {
	x.bucket.mu.RLock()
	state := x.bucket.versioning
	x.bucket.mu.RUnlock()
	return x.xml(versioningConfiguration{Status: state})
}

// putVersioning implements PUT Bucket versioning.
func (x *exchange) putVersioning() error {
	var body versioningConfiguration
	if err := x.readXML(&body); err != nil {
		return err
	}
	if body.Status == VersioningNever {
		return fail("MalformedXML")
	}
	x.bucket.mu.Lock()
	defer x.bucket.mu.Unlock()
	if err := x.versioningExcluded(body.Status); err != nil {
		return err
	}
	if err := x.bucket.setVersioning(body.Status); err != nil {
		return err
	}
	return x.empty(200)
}
