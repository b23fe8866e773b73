package claims

import (
	"crypto/rand"
	"encoding/hex"
)

// Address is where an object is, in the form in which all instances have to
// claim it. bucketAndKey is the text of its location.
func Address(region, bucketAndKey string) string { return region + " " + bucketAndKey }

// NewToken makes a token that identifies a resource instance.
func NewToken() string {
	token := make([]byte, 16)
	_, _ = rand.Read(token) // never fails
	return hex.EncodeToString(token)
}
