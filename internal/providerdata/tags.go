package providerdata

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Tags are what the provider block says of the tags of objects.
type Tags struct {
	// Default are the tags that each object has under its own. If it is null,
	// only tags that an object declares are managed; if it is not, all of each
	// object are, even if it is empty.
	Default types.Map
	// Keys and Prefixes name the tags that are left to others.
	Keys, Prefixes []string
	// IgnoreUnknown: which ones is not known in whole yet.
	IgnoreUnknown bool
}

// Ignores reports a tag that is left to others, as far as is known.
func (t Tags) Ignores(key string) bool {
	return slices.Contains(t.Keys, key) ||
		slices.ContainsFunc(t.Prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// IgnoresAny reports whether a tag may be left to others.
func (t Tags) IgnoresAny() bool { return len(t.Keys) > 0 || len(t.Prefixes) > 0 || t.IgnoreUnknown }

// Keep returns what decides whether a write keeps a tag of others; nil if there
// are none. If it is not known which ones they are, all are kept.
func (t Tags) Keep() func(key string) bool {
	if !t.IgnoresAny() {
		return nil
	}
	return func(key string) bool { return t.IgnoreUnknown || t.Ignores(key) }
}
