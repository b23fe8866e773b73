package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// nameInRing says which element of the keyring a message is about, and where
// that is. The path of an element has its name in it, which the CLI shows.
func nameInRing(name string) (shown string, at path.Path) {
	at = path.Root("sse_customer_keys")
	if shown = sse.ShowName(name); shown == fmt.Sprintf("%q", name) {
		at = at.AtMapKey(name)
	}
	return shown, at
}

// unusable says what is wrong with an element whose value is no key. If the
// value is the shorter of the two, they may have been swapped, and the name is
// the secret.
func unusable(name, value string, err error) (detail string, at path.Path) {
	shown, at := nameInRing(name)
	swapped := ""
	if len(value) < len(name) && len(name) >= sse.KeySize/2 {
		shown, at = fmt.Sprintf("of %d bytes (not shown)", len(name)), path.Root("sse_customer_keys")
		swapped = " If the name is the secret, the two are swapped: the map goes from names to keys."
	}
	return fmt.Sprintf("key %s of the keyring is not usable: %s.%s", shown, err, swapped), at
}
