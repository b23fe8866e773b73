package arguments

import "regexp"

// MaxMetadata is the maximum size in bytes of an object's metadata, including
// names. Source: COS API documentation, "PUT Object".
const MaxMetadata = 2048

var (
	metadataName = regexp.MustCompile(`^[a-z0-9-]+$`)
	storageClass = regexp.MustCompile(`^[A-Z][A-Z_]*$`)
)

// IsMetadataName reports whether COS accepts a metadata name. It must be in lower
// case.
func IsMetadataName(name string) bool { return metadataName.MatchString(name) }

// IsStorageClass reports whether name has the form of a storage class. COS may
// add others.
func IsStorageClass(name string) bool { return storageClass.MatchString(name) }
