package cosclient

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrInvalidLocation is the error of a region, bucket or key that no request
// is sent for.
var ErrInvalidLocation = errors.New("invalid location")

// maxKeyBytes is the longest key COS stores. Source: COS documentation,
// "Specifications and Limits".
const maxKeyBytes = 850

// Location says where an object is. Bucket is the full name with the APPID,
// name-1250000000.
type Location struct{ Region, Bucket, Key string }

// String returns cos://bucket/key.
func (l Location) String() string { return "cos://" + l.Bucket + "/" + l.Key }

// Validate reports whether a request on the object can be sent. Its errors
// match ErrInvalidLocation.
func (l Location) Validate() error {
	if err := ValidateBucket(l.Region, l.Bucket); err != nil {
		return err
	}
	return ValidateKey(l.Key)
}

// ValidateBucket checks the form of a region and of a bucket's full name.
// Source: COS documentation, "Bucket Overview".
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

// ValidateKey checks that an object of this key can be addressed: whatever
// removes dot segments or empty ones on the way to COS would turn some keys
// into those of other objects, or of none, which is the bucket; COS refuses the
// rest. Source: COS documentation, "Object Overview".
func ValidateKey(key string) error {
	if err := CheckKey(key); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalidLocation, err)
	}
	return nil
}

// CheckKey is ValidateKey for a message that names the argument itself: its
// errors say no more than what is wrong with the key.
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

// dotSegment returns the first segment of a key that is removed from a path, as
// RFC 3986, section 5.2.4, has it; "" if there is none.
func dotSegment(key string) string {
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "." || segment == ".." {
			return segment
		}
	}
	return ""
}

// regionPattern is stricter than what a request needs: it tells a region from
// other words in URLs, in IDs and in what servers say.
var regionPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// IsRegion reports whether a name has the form of a region, such as
// ap-guangzhou. Source: COS documentation, "Regions and Access Endpoints".
func IsRegion(name string) bool { return regionPattern.MatchString(name) }

// IsRegionShaped reports whether a name can be the label of a host that a region
// is. It is what arguments are checked by: a module under terraform test gets
// values that the CLI makes up, such as y2mqqmtk. The label of the acceleration
// host is no region.
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
