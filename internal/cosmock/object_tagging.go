package cosmock

import (
	"net/http"
)

// getTagging implements GET Object tagging.
func (x *exchange) getTagging() error {
	v, err := x.bucket.find(x.address.key, x.query.value("versionId"))
	if err != nil {
		return err
	}
	if len(v.tags) == 0 && x.undocumented.NoSuchTagSet {
		return fail("NoSuchTagSet")
	}
	x.objectVersionHeader(v)
	return x.xml(tagging{Tags: v.tags})
}

// putTagging implements PUT Object tagging. It replaces the whole tag set.
func (x *exchange) putTagging() error {
	data, err := x.readBody()
	if err != nil {
		return err
	}
	tags, err := parseTags(data, x.tagLimit())
	if err != nil {
		return err
	}
	if err := x.changeTags(tags); err != nil {
		return err
	}
	return x.empty(http.StatusOK)
}

// deleteTagging implements DELETE Object tagging.
func (x *exchange) deleteTagging() error {
	if err := x.changeTags(nil); err != nil {
		return err
	}
	return x.empty(http.StatusNoContent)
}

func (x *exchange) changeTags(tags []tag) error {
	return x.bucket.change(x.server, x.address.key, x.query.value("versionId"), func(v *version) error {
		if v.locked(x.server.now()) {
			return fail("ObjectLocked")
		}
		v.tags = tags
		x.objectVersionHeader(v)
		return nil
	})
}

// objectVersionHeader sets the version ID that a response is about.
func (x *exchange) objectVersionHeader(v *version) {
	if v.id != nullVersion {
		x.header().Set("X-Cos-Version-Id", v.id)
	}
}
