package sse

import (
	"maps"
	"slices"
)

// Keyring is the provider's set of named customer keys. Elements may be unknown
// during a plan. A nil keyring is empty.
type Keyring struct {
	keys    map[string]CustomerKey // the zero key if the value is unknown
	unknown bool                   // there may be further names
}

// NewKeyring returns a keyring. The zero key stands for a value that is unknown.
func NewKeyring(keys map[string]CustomerKey) *Keyring {
	return &Keyring{keys: maps.Clone(keys)}
}

// UnknownKeyring returns a keyring that contains these keys and possibly others,
// whose names are unknown.
func UnknownKeyring(keys map[string]CustomerKey) *Keyring {
	return &Keyring{keys: maps.Clone(keys), unknown: true}
}

// Unknown reports whether the keyring may contain unknown names.
func (r *Keyring) Unknown() bool { return r != nil && r.unknown }

// ByName returns the key with the name. ok is false if the keyring lacks the
// name; key is zero if its value is unknown.
func (r *Keyring) ByName(name string) (key CustomerKey, ok bool) {
	if r == nil {
		return CustomerKey{}, false
	}
	key, ok = r.keys[name]
	return key, ok
}

// ByMD5 returns the key with that MD5 (see CustomerKey.MD5) and the
// alphabetically first of its names.
func (r *Keyring) ByMD5(md5 string) (name string, key CustomerKey, ok bool) {
	if md5 == "" {
		return "", CustomerKey{}, false
	}
	for _, name := range r.Names() {
		if key := r.keys[name]; key.MD5() == md5 {
			return name, key, true
		}
	}
	return "", CustomerKey{}, false
}

// Names returns the names in sorted order.
func (r *Keyring) Names() []string {
	if r == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(r.keys))
}
