package arguments

import "regexp"

// MaxMetadata is how many bytes all metadata of an object may have, names
// included. Source: COS API documentation, "PUT Object".
const MaxMetadata = 2048

var (
	metadataName = regexp.MustCompile(`^[a-z0-9-]+$`)
	storageClass = regexp.MustCompile(`^[A-Z][A-Z_]*$`)
)

// IsMetadataName reports whether COS takes a name for metadata, in lower case.
func IsMetadataName(name string) bool { return metadataName.MatchString(name) }

// IsStorageClass reports the form of a storage class: COS may add others.
func IsStorageClass(name string) bool { return storageClass.MatchString(name) }
