package cosmock

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	classStandard    = "STANDARD"
	classArchive     = "ARCHIVE"
	classDeepArchive = "DEEP_ARCHIVE"
	classMAZArchive  = "MAZ_ARCHIVE"
	classTiering     = "INTELLIGENT_TIERING"
)

// storageClasses are the classes in "Storage Class Overview".
var storageClasses = []string{
	classStandard, "STANDARD_IA", classTiering, classArchive, classDeepArchive,
	"MAZ_STANDARD", "MAZ_STANDARD_IA", "MAZ_INTELLIGENT_TIERING", classMAZArchive,
}

const metaPrefix = "X-Cos-Meta-"

// metadataHeaders are stored unchanged with an object, like x-cos-meta-*.
var metadataHeaders = []string{
	"Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires",
}

// metadata reads the headers that are stored with an object.
func (x *exchange) metadata() (http.Header, error) {
	h := http.Header{}
	total := 0
	for name, values := range x.r.Header {
		if suffix, ok := strings.CutPrefix(name, metaPrefix); ok {
			if suffix == "" || !isMetaName(suffix) {
				return nil, failf("InvalidArgument", "The name of a metadata header may have letters, digits and hyphens only.")
			}
			h[name] = []string{strings.Join(values, ",")}
			total += len(name) - len(metaPrefix) + len(h[name][0])
		} else if slices.Contains(metadataHeaders, name) && values[0] != "" {
			h[name] = values[:1]
		}
	}
	if total > x.server.opts.Limits.Metadata {
		return nil, x.undocumented.MetadataTooLarge.err()
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", x.undocumented.contentType(x.address.key))
	}
	return h, nil
}

func isMetaName(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-')
	})
}

// classOf returns the x-cos-storage-class, with "" for STANDARD.
func (x *exchange) classOf(h http.Header) (string, error) {
	class := h.Get("X-Cos-Storage-Class")
	switch {
	case class == "" || class == classStandard:
		return "", nil
	case strings.HasPrefix(class, mazPrefix) && x.undocumented.MultiAZStrict && !x.bucket.multiAZ:
		return "", fail("NotSupportedStorageClass")
	case slices.Contains(storageClasses, class):
		return class, nil
	}
	return "", fail("NotSupportedStorageClass")
}

// checkTrafficLimit validates x-cos-traffic-limit, in bit/s. The server does not
// enforce the limit.
func checkTrafficLimit(h http.Header) error {
	const name, lowest, highest = "X-Cos-Traffic-Limit", 819200, 838860800
	if h.Get(name) == "" {
		return nil
	}
	if n, err := strconv.Atoi(h.Get(name)); err != nil || n < lowest || n > highest {
		return failf("InvalidArgument", "x-cos-traffic-limit is not between %d and %d.", lowest, highest)
	}
	return nil
}

// template returns the version that a write is going to store, as far as its
// headers describe it. The caller adds the encryption.
func (x *exchange) template() (*version, error) {
	h := x.r.Header
	header, err := x.metadata()
	if err != nil {
		return nil, err
	}
	v := &version{key: x.address.key, header: header, hasCRC: true}
	if v.class, err = x.classOf(h); err != nil {
		return nil, err
	}
	if v.tags, err = headerTags(h.Get("X-Cos-Tagging"), x.tagLimit()); err != nil {
		return nil, err
	}
	if v.acl, _, err = x.headerACL(false); err != nil {
		return nil, err
	}
	if err := x.mayOwnACL(v.acl); err != nil {
		return nil, err
	}
	if v.lock, err = x.headerLock(); err != nil {
		return nil, err
	}
	return v, checkTrafficLimit(h)
}
