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

// StorageClass reports a value that does not have the form of a storage class. COS
// may add classes.
func StorageClass(invalid Report, name, value string) {
	if !storageClass.MatchString(value) {
		invalid(name, "Invalid Storage Class", "%q is not a storage class such as STANDARD or STANDARD_IA.", value)
	}
}
