package cosclient

import (
	"errors"
	"fmt"
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

// ValidateKey checks that an object of this key can be addressed: "." and ".."
// would address something else, and COS refuses the rest. Source: COS
// documentation, "Object Overview".
func ValidateKey(key string) error {
	var reason string
	switch {
	case key == "":
		reason = "is empty"
	case key == "." || key == "..":
		reason = fmt.Sprintf("%q names a directory in a URL, never an object", key)
	case len(key) > maxKeyBytes:
		reason = fmt.Sprintf("is %d bytes long; COS stores at most %d", len(key), maxKeyBytes)
	case key[0] == '/' || key[0] == '\\':
		reason = fmt.Sprintf("%q begins with %q", key, key[0])
	case !utf8.ValidString(key):
		reason = "is not UTF-8"
	case strings.ContainsFunc(key, unicode.IsControl):
		reason = fmt.Sprintf("%q contains a control character", key)
	default:
		return nil
	}
	return fmt.Errorf("%w: the key %s", ErrInvalidLocation, reason)
}

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
