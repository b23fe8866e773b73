// Package encryption resolves the arguments that declare the encryption of
// objects: it validates them, applies the provider's keyring and default, and
// checks the policy. It belongs to layer 3.
package encryption

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Declared holds the arguments that declare the encryption.
type Declared struct {
	ServerSideEncryption, SSEKMSKeyID, SSEContext        types.String
	SSECustomerKey, SSECustomerKeyWO, SSECustomerKeyName types.String
}

// Any reports whether any argument declares an encryption. Unknown arguments
// count.
func (d Declared) Any() bool {
	return !d.ServerSideEncryption.IsNull() || !d.CustomerKey().IsNull() || !d.SSECustomerKeyName.IsNull()
}

// CustomerKey returns the key that is declared by value, write-only or not.
func (d Declared) CustomerKey() types.String {
	return arguments.FirstOf(d.SSECustomerKey, d.SSECustomerKeyWO)
}

// Origin is where the customer key of an object comes from. It is stored in
// private state.
type Origin string

// Origins of a customer key.
const (
	OriginNone      Origin = ""           // no customer key
	OriginState     Origin = "state"      // sse_customer_key
	OriginWriteOnly Origin = "write_only" // sse_customer_key_wo
	OriginName      Origin = "name"       // sse_customer_key_name
	OriginKept      Origin = "kept"       // the object's current key
)

// Wanted is the encryption that an object must have, as far as it is known.
type Wanted struct {
	sse.Settings
	Origin Origin
	// ModeKnown is false while server_side_encryption is unknown.
	ModeKnown bool
	// KeyKnown is false while the value of the customer key is unknown.
	KeyKnown bool
	// Kept means that nothing is declared and the object keeps its encryption.
	Kept bool
	// Lost means that the declared name is not in the keyring.
	Lost bool
}

// Differs reports whether the object must be written for its encryption to match
// the declared one. Unknown values count as different, so that no successful
// apply leaves an object under its old key.
func (e Wanted) Differs(config Declared, prior Declared, stored sse.Observed) bool {
	if e.Kept {
		return false
	}
	if !e.ModeKnown || e.Mode != stored.Mode {
		return true
	}
	switch e.Mode {
	case sse.ModeCustomer:
		if e.Lost {
			return !config.SSECustomerKeyName.Equal(prior.SSECustomerKeyName)
		}
		return !e.KeyKnown || e.CustomerKey.MD5() != stored.CustomerKeyMD5
	case sse.ModeKMS:
		if !config.SSEKMSKeyID.IsNull() && !config.SSEKMSKeyID.Equal(prior.SSEKMSKeyID) || config.SSEContext.IsUnknown() {
			return true
		}
		was, _ := sse.ParseContext(prior.SSEContext.ValueString()) // zero if there is no context
		return !e.Context.Equal(was)
	default:
		return false
	}
}
