// Package sse holds what server-side encryption on COS is made of: modes,
// customer keys, KMS encryption contexts, the keyring, the headers they travel
// in, and the comparison of what was asked for with what is stored.
//
// The package is pure: it does no I/O and knows no Terraform types.
package sse

import "fmt"

// Mode names how COS encrypts an object. The zero value means "not encrypted".
type Mode string

const (
	// ModeNone is an object that COS stores without server-side encryption.
	ModeNone Mode = ""
	// ModeAES256 is SSE-COS with AES-256: COS owns the key.
	ModeAES256 Mode = "AES256"
	// ModeSM4 is SSE-COS with SM4, for accounts that have it.
	ModeSM4 Mode = "SM4"
	// ModeKMS is SSE-KMS: the key lives in Tencent Cloud KMS.
	ModeKMS Mode = "cos/kms"
	// ModeCustomer is SSE-C: the caller brings the key with each request. It
	// is never a value of the x-cos-server-side-encryption header.
	ModeCustomer Mode = "customer"
)

// aliasAES256 is how older SDK pages spell ModeAES256. COS refuses it, so it
// is understood here and sent as AES256.
const aliasAES256 = "AES-256"

// ParseMode reads a value of server_side_encryption. The spelling AES-256 of
// older SDK pages is the same as AES256. SSE-C is not such a value.
func ParseMode(s string) (Mode, error) {
	switch s {
	case string(ModeAES256), aliasAES256:
		return ModeAES256, nil
	case string(ModeSM4):
		return ModeSM4, nil
	case string(ModeKMS):
		return ModeKMS, nil
	}
	return ModeNone, fmt.Errorf("%q is not an encryption mode: use AES256 (SSE-COS), SM4 (SSE-COS, if the account supports it) or cos/kms (SSE-KMS)", s)
}

// String describes the mode in the words the documentation uses.
func (m Mode) String() string {
	switch m {
	case ModeNone:
		return "none"
	case ModeCustomer:
		return "SSE-C"
	default:
		return string(m)
	}
}
