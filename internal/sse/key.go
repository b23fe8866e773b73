package sse

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
)

// KeySize is the length of a customer key in bytes.
const KeySize = 32

// Redacted replaces secrets wherever they would be printed.
const Redacted = "(redacted)"

// Errors of ParseCustomerKey. They never quote the value.
var (
	ErrKeyEncoding = errors.New("a customer key is the base64 (standard alphabet) of exactly 32 bytes; this value is not base64")
	ErrKeyLength   = errors.New("a customer key is the base64 of exactly 32 bytes")
)

// CustomerKey is a customer key for SSE-C. It prints as "(redacted)" in every
// format; only Base64 and Bytes return the secret. The zero value means that
// there is no key.
//
// The bytes are held in a closure, because fmt calls no methods on unexported
// struct fields or for unsupported verbs, but prints what a pointer refers to.
type CustomerKey struct {
	reveal func() [KeySize]byte
}

// ParseCustomerKey parses the base64 of exactly 32 bytes. Padding is optional,
// because SDK pages print unpadded keys. Errors wrap ErrKeyEncoding or
// ErrKeyLength and suggest what the value may be; they never contain the value.
func ParseCustomerKey(s string) (CustomerKey, error) {
	decoded, err := decodeBase64(s)
	var key CustomerKey
	if err == nil {
		key, err = NewCustomerKey(decoded)
	}
	if err == nil {
		return key, nil
	}
	if hint := customerKeyForm.Hint(s); hint != "" {
		return CustomerKey{}, fmt.Errorf("%w: %s", err, hint)
	}
	return CustomerKey{}, err
}

// NewCustomerKey returns the key with exactly 32 raw bytes.
func NewCustomerKey(raw []byte) (CustomerKey, error) {
	if len(raw) != KeySize {
		return CustomerKey{}, fmt.Errorf("%w; this one decodes to %d", ErrKeyLength, len(raw))
	}
	key := [KeySize]byte(raw)
	return CustomerKey{reveal: func() [KeySize]byte { return key }}, nil
}

// IsZero reports whether there is no key.
func (k CustomerKey) IsZero() bool { return k.reveal == nil }

// Base64 returns the key in the form of its header, padded base64. The result is
// the secret itself.
func (k CustomerKey) Base64() string {
	return base64.StdEncoding.EncodeToString(k.Bytes())
}

// Bytes returns a copy of the raw key. The result is the secret itself.
func (k CustomerKey) Bytes() []byte {
	if k.reveal == nil {
		return nil
	}
	key := k.reveal()
	return key[:]
}

// MD5 returns the base64 of the MD5 of the raw key, as COS expects and returns
// it, or "" for the zero key. It identifies the key without revealing it: a
// random 256-bit key cannot be recovered from its MD5.
func (k CustomerKey) MD5() string {
	if k.reveal == nil {
		return ""
	}
	sum := md5.Sum(k.Bytes())
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Equal compares two keys in constant time. Two zero keys are equal.
func (k CustomerKey) Equal(other CustomerKey) bool {
	return k.IsZero() == other.IsZero() && subtle.ConstantTimeCompare(k.Bytes(), other.Bytes()) == 1
}

// String implements fmt.Stringer. Like the methods below, it keeps the key out of
// anything that prints it.
func (CustomerKey) String() string { return Redacted }

// GoString implements fmt.GoStringer.
func (CustomerKey) GoString() string { return Redacted }

// Format implements fmt.Formatter, for every verb.
func (CustomerKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// LogValue implements slog.LogValuer.
func (CustomerKey) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalJSON implements json.Marshaler.
func (CustomerKey) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (CustomerKey) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
