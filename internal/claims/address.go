package claims

import (
	"crypto/rand"
	"encoding/hex"
)

// Address returns the address of an object in the form that claims use.
// bucketAndKey is its location as text.
func Address(region, bucketAndKey string) string { return region + " " + bucketAndKey }

// NewToken returns a token that identifies a resource instance.
func NewToken() string {
	token := make([]byte, 16)
	_, _ = rand.Read(token) // never fails
	return hex.EncodeToString(token)
}
