package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// nameInRing returns a keyring element's name for a message and its attribute
// path. The path omits a name that may be a secret, because the CLI prints paths.
func nameInRing(name string) (shown string, at path.Path) {
	at = path.Root("sse_customer_keys")
	if shown = sse.ShowName(name); shown == fmt.Sprintf("%q", name) {
		at = at.AtMapKey(name)
	}
	return shown, at
}

// unusable describes an element whose value is not a key. If the value is shorter
// than the name, the two may have been swapped and the name is the secret.
func unusable(name, value string, err error) (detail string, at path.Path) {
	shown, at := nameInRing(name)
	swapped := ""
	if len(value) < len(name) && len(name) >= sse.KeySize/2 {
		shown, at = fmt.Sprintf("of %d bytes (not shown)", len(name)), path.Root("sse_customer_keys")
		swapped = " If the name is the secret, the two are swapped: the map goes from names to keys."
	}
	return fmt.Sprintf("key %s of the keyring is not usable: %s.%s", shown, err, swapped), at
}
