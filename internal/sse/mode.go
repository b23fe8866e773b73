// Package sse implements the concepts of server-side encryption on COS: modes,
// customer keys, KMS encryption contexts, the keyring, the request headers, and
// the comparison of requested with stored encryption.
//
// The package does no I/O and does not depend on Terraform types.
package sse

import "fmt"

// Mode is how COS encrypts an object. The zero value means "not encrypted".
type Mode string

const (
	// ModeNone means that COS stores the object without server-side encryption.
	ModeNone Mode = ""
	// ModeAES256 is SSE-COS with AES-256. COS owns the key.
	ModeAES256 Mode = "AES256"
	// ModeSM4 is SSE-COS with SM4, for accounts that support it.
	ModeSM4 Mode = "SM4"
	// ModeKMS is SSE-KMS. Tencent Cloud KMS holds the key.
	ModeKMS Mode = "cos/kms"
	// ModeCustomer is SSE-C. The caller sends the key with each request. It is
	// never a value of the x-cos-server-side-encryption header.
	ModeCustomer Mode = "customer"
)

// aliasAES256 is how older SDK pages spell ModeAES256. COS rejects it, so it is
// accepted here and sent as AES256.
const aliasAES256 = "AES-256"

// ParseMode parses a value of server_side_encryption. It accepts AES-256, the
// spelling of older SDK pages, for AES256. SSE-C is not a valid value.
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

// String describes the mode in the terms of the documentation.
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
