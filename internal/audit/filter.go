package audit

import (
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Encryption is the encryption of an object, as the arguments spell it.
type Encryption string

// The encryptions that an audit distinguishes.
const (
	None            Encryption = "none"
	AES256          Encryption = "AES256"
	SM4             Encryption = "SM4"
	KMS             Encryption = "cos/kms"
	Customer        Encryption = "customer"         // with a key of the keyring
	CustomerUnknown Encryption = "customer_unknown" // with a key that is not in the keyring
)

// Encryptions lists all encryptions.
var Encryptions = []Encryption{None, AES256, SM4, KMS, Customer, CustomerUnknown}

// encryptionOf returns the name of a mode. An unknown mode keeps COS's name.
func encryptionOf(m sse.Mode) Encryption {
	if m == sse.ModeNone {
		return None
	}
	return Encryption(m)
}

// Filter selects findings. The zero value selects all.
type Filter struct {
	Only, Not      []Encryption
	KMSKeyID       string
	CustomerKeyMD5 string // of the customer key
}

// Any reports whether a filter needs to know the encryption.
func (f Filter) Any() bool {
	return len(f.Only) > 0 || len(f.Not) > 0 || f.KMSKeyID != "" || f.CustomerKeyMD5 != ""
}

// Takes reports whether the filter selects a finding. A delete marker has no
// encryption, so no filter on the encryption selects it.
func (f Filter) Takes(found Finding) bool {
	if found.DeleteMarker {
		return !f.Any()
	}
	return (len(f.Only) == 0 || slices.Contains(f.Only, found.Encryption)) &&
		!slices.Contains(f.Not, found.Encryption) &&
		(f.KMSKeyID == "" || f.KMSKeyID == found.Info.Encryption.KMSKeyID) &&
		(f.CustomerKeyMD5 == "" || f.CustomerKeyMD5 == found.Info.Encryption.CustomerKeyMD5)
}
