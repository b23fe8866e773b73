package encryption

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// UnknownKey returns a diagnostic if the declared name is not in the keyring, or
// nil. prior is the name that the object has in the state, or null. If the names
// are equal, the object has lost its key, which is only a warning of
// providerdata.Once: an error would block refresh and destroy, which need no key.
// Operations that need the key report an error.
func (e Wanted) UnknownKey(d Declared, prior types.String, data *providerdata.Data) diag.Diagnostic {
	name := d.SSECustomerKeyName
	detail := UnknownKeyName(name.ValueString(), data.Keyring)
	switch at := path.Root("sse_customer_key_name"); {
	case !e.Lost:
		return nil
	case !name.Equal(prior):
		return diag.NewAttributeErrorDiagnostic(at, UnknownName, detail)
	default:
		return providerdata.Once(diag.NewAttributeWarningDiagnostic(at, UnknownName,
			detail+" Objects under this key can still be refreshed and destroyed; any change to them fails until the key is in the keyring again or another one is declared."),
			UnknownName+name.ValueString())
	}
}

// UnknownKeyName lists the names in the keyring, but never a key, not even one
// that was used as a name by mistake.
func UnknownKeyName(name string, keyring *sse.Keyring) string {
	if sse.LooksLikeKey(name) {
		return "The value looks like a customer key itself. What is wanted is the name that the key has in the provider's keyring sse_customer_keys."
	}
	var names []string
	for _, name := range keyring.Names() {
		shown := sse.ShowName(name)
		if unquoted, err := strconv.Unquote(shown); err == nil {
			shown = unquoted
		} else {
			shown = "one " + shown
		}
		names = append(names, shown)
	}
	if len(names) == 0 {
		return fmt.Sprintf("The provider's keyring has no key named %s: it is empty. Set sse_customer_keys in the provider block, or the environment variable COS_SSE_CUSTOMER_KEYS.", sse.ShowName(name))
	}
	return fmt.Sprintf("The provider's keyring has no key named %s. It has: %s.", sse.ShowName(name), strings.Join(names, ", "))
}
