package cosclient

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrInvalidLocation is returned for an invalid region, bucket or key. No request
// is sent.
var ErrInvalidLocation = errors.New("invalid location")

// maxKeyBytes is the length of the longest key. Source: COS documentation,
// "Specifications and Limits".
const maxKeyBytes = 850

// Location identifies an object. Bucket is the full name including the APPID,
// such as name-1250000000.
type Location struct{ Region, Bucket, Key string }

// String returns cos://bucket/key.
func (l Location) String() string { return "cos://" + l.Bucket + "/" + l.Key }

// Validate checks whether requests for the object can be sent. Its errors match
// ErrInvalidLocation.
func (l Location) Validate() error {
	if err := ValidateBucket(l.Region, l.Bucket); err != nil {
		return err
	}
	return ValidateKey(l.Key)
}

// ValidateBucket checks the form of a region and of a full bucket name. Source:
// COS documentation, "Bucket Overview".
func ValidateBucket(region, bucket string) error {
	if region == "" || !only(region, isBucketByte) {
		return fmt.Errorf("%w: the region %q is not a name such as ap-guangzhou", ErrInvalidLocation, region)
	}
	dash := strings.LastIndexByte(bucket, '-')
	if dash < 1 || bucket[0] == '-' || !only(bucket, isBucketByte) ||
		dash == len(bucket)-1 || !only(bucket[dash+1:], isDigit) {
		return fmt.Errorf("%w: the bucket %q is not a name with its APPID, such as examplebucket-1250000000", ErrInvalidLocation, bucket)
	}
	return nil
}

// ValidateKey checks whether an object with this key can be addressed. It refuses
// the keys that COS refuses, and those with segments that a server on the way may
// remove from the path, so that the request would reach another object or the
// bucket. Source: COS documentation, "Object Overview".
func ValidateKey(key string) error {
	if err := CheckKey(key); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalidLocation, err)
	}
	return nil
}

// CheckKey is like ValidateKey for messages that name the argument themselves:
// its errors only say what is wrong with the key.
func CheckKey(key string) error {
	switch {
	case key == "":
		return errors.New("the key is empty")
	case dotSegment(key) != "":
		return fmt.Errorf("the key %q cannot be addressed: in a URL the segment %q names a directory, so the request would reach another object or the bucket itself", key, dotSegment(key))
	case strings.Trim(key, "/") == "":
		return fmt.Errorf("the key %q cannot be addressed: a path of slashes alone names the bucket itself", key)
	case key[0] == '\\':
		return fmt.Errorf("the key %q begins with %q, which COS does not allow", key, key[:1])
	case len(key) > maxKeyBytes:
		return fmt.Errorf("the key has %d bytes; COS allows %d", len(key), maxKeyBytes)
	case !utf8.ValidString(key):
		return errors.New("the key is not valid UTF-8")
	}
	for i, c := range key {
		if unicode.IsControl(c) {
			return fmt.Errorf("the key has the control character %U at byte %d", c, i)
		}
	}
	return nil
}

// dotSegment returns the first dot segment of a key (RFC 3986, section 5.2.4), or
// "".
func dotSegment(key string) string {
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "." || segment == ".." {
			return segment
		}
	}
	return ""
}

// regionPattern is stricter than a request requires. It distinguishes a region
// from other words in URLs, IDs and server responses.
var regionPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// IsRegion reports whether a name has the form of a region, such as ap-guangzhou.
// Source: COS documentation, "Regions and Access Endpoints".
func IsRegion(name string) bool { return regionPattern.MatchString(name) }

// IsRegionShaped reports whether a name can be the region label of a host name.
// Arguments are only checked for this, because terraform test passes generated
// values such as y2mqqmtk to a module. The label of the acceleration host is not
// a region.
func IsRegionShaped(name string) bool {
	return name != accelerate && len(name) <= maxLabel && only(name, isBucketByte) && strings.Trim(name, "-") == name && name != ""
}

const maxLabel = 63 // RFC 1035, section 2.3.4

func only(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isBucketByte(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'z' || c == '-' }
