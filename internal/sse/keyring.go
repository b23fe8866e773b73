package sse

import (
	"maps"
	"slices"
)

// Keyring is the provider's set of named customer keys. Elements may be
// unknown while Terraform plans. A nil keyring is empty.
type Keyring struct {
	keys    map[string]CustomerKey // the zero key if the element is unknown
	unknown bool                   // there may be more than these
}

// NewKeyring makes a keyring. An element with the zero key is one whose value
// is not known yet.
func NewKeyring(keys map[string]CustomerKey) *Keyring {
	return &Keyring{keys: maps.Clone(keys)}
}

// UnknownKeyring is a keyring of which not even all names are known yet; these
// keys are in it whatever the rest turns out to be.
func UnknownKeyring(keys map[string]CustomerKey) *Keyring {
	return &Keyring{keys: maps.Clone(keys), unknown: true}
}

// Unknown reports whether there may be names that are not known yet.
func (r *Keyring) Unknown() bool { return r != nil && r.unknown }

// ByName returns the key of that name. ok is false if the keyring has no
// such name; the key is zero if its value is not known yet.
func (r *Keyring) ByName(name string) (key CustomerKey, ok bool) {
	if r == nil {
		return CustomerKey{}, false
	}
	key, ok = r.keys[name]
	return key, ok
}

// ByMD5 returns the key with that MD5 (see CustomerKey.MD5) and the first of
// its names in name order.
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

// Names lists the names in order.
func (r *Keyring) Names() []string {
	if r == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(r.keys))
}
