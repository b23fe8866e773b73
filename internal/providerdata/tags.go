package providerdata

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Tags holds the provider's settings for object tags.
type Tags struct {
	// Default contains the tags that each object has unless it declares others.
	// If it is null, only declared tags are managed; otherwise, all tags of each
	// object are managed, even if Default is empty.
	Default types.Map
	// Keys and Prefixes select the tags that are managed outside Terraform.
	Keys, Prefixes []string
	// IgnoreUnknown reports whether Keys and Prefixes may be incomplete.
	IgnoreUnknown bool
}

// Ignores reports whether a tag is known to be managed outside Terraform.
func (t Tags) Ignores(key string) bool {
	return slices.Contains(t.Keys, key) ||
		slices.ContainsFunc(t.Prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// IgnoresAny reports whether any tag may be managed outside Terraform.
func (t Tags) IgnoresAny() bool { return len(t.Keys) > 0 || len(t.Prefixes) > 0 || t.IgnoreUnknown }

// Keep returns a function that decides whether a write keeps a tag managed
// outside Terraform, or nil if there are none. While the settings are unknown,
// all tags are kept.
func (t Tags) Keep() func(key string) bool {
	if !t.IgnoresAny() {
		return nil
	}
	return func(key string) bool { return t.IgnoreUnknown || t.Ignores(key) }
}
