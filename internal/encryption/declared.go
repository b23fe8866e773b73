// Package encryption is how arguments say that objects are to be encrypted: what
// they may be, what they mean with the provider's keyring and default, and what
// its policy allows (floor 3).
package encryption

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Declared are the arguments that say how to encrypt.
type Declared struct {
	ServerSideEncryption, SSEKMSKeyID, SSEContext        types.String
	SSECustomerKey, SSECustomerKeyWO, SSECustomerKeyName types.String
}

// Any reports whether any argument says how to encrypt. What is unknown counts.
func (d Declared) Any() bool {
	return !d.ServerSideEncryption.IsNull() || !d.CustomerKey().IsNull() || !d.SSECustomerKeyName.IsNull()
}

// CustomerKey returns the key that is declared by its value, in either way.
func (d Declared) CustomerKey() types.String {
	return arguments.FirstOf(d.SSECustomerKey, d.SSECustomerKeyWO)
}

// Origin is where the customer key of an object comes from. It is stored in
// private state.
type Origin string

// The origins of a customer key.
const (
	OriginNone      Origin = ""           // the object is not under a customer key
	OriginState     Origin = "state"      // sse_customer_key
	OriginWriteOnly Origin = "write_only" // sse_customer_key_wo
	OriginName      Origin = "name"       // sse_customer_key_name
	OriginKept      Origin = "kept"       // the one that the object has
)

// Wanted is how an object is to be encrypted, as far as that is known.
type Wanted struct {
	sse.Settings
	Origin Origin
	// ModeKnown is false while server_side_encryption is unknown.
	ModeKnown bool
	// KeyKnown is false while the value of the customer key is unknown.
	KeyKnown bool
	// Kept: nothing is declared, and the object keeps what it has.
	Kept bool
	// Lost: the declared name is not in the keyring.
	Lost bool
}

// Differs reports whether the object has to be written for its encryption to
// become the declared one. What is unknown counts as different: a green apply
// must not leave an object under its old key.
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
		was, _ := sse.ParseContext(prior.SSEContext.ValueString()) // the zero context if there is none
		return !e.Context.Equal(was)
	default:
		return false
	}
}
