package object

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

const (
	plainHTTPSummary = "Customer Key Over Plain HTTP"
	plainHTTPDetail  = "The provider's endpoint is an http:// address, and a customer key would cross the network in clear text. " +
		"Use an https:// endpoint; for a private certificate authority set ca_certificate_file."
)

// encryption is how a configuration wants an object encrypted, as far as that
// is known.
type encryption struct {
	sse.Settings
	// modeKnown is false while server_side_encryption is unknown.
	modeKnown bool
	// keyKnown is false while the value of the customer key is unknown.
	keyKnown bool
}

// encryption resolves the declared encryption of an object, and checks it
// against the provider's policy.
func (m model) encryption(data *providerdata.Data) (encryption, diag.Diagnostics) {
	e, diags := m.resolve(data)
	diags.Append(e.allowed(m, data.Policy)...)
	return e, diags
}

// resolve resolves the declared encryption with the provider's keyring.
// What is unknown may turn out to be null, so an argument that is known
// decides where there is one. Errors are about the configuration only: what a
// refresh would find plays no part, since an error here blocks a destroy too.
func (m model) resolve(data *providerdata.Data) (encryption, diag.Diagnostics) {
	var diags diag.Diagnostics
	e := encryption{modeKnown: true, keyKnown: true}
	switch {
	case known(m.customerKey()):
		e.Mode = sse.ModeCustomer
		e.CustomerKey, _ = sse.ParseCustomerKey(m.customerKey().ValueString()) // validated
	case known(m.SSECustomerKeyName):
		e.Mode = sse.ModeCustomer
		e.keyKnown = false
		if key, ok := data.Keyring.ByName(m.SSECustomerKeyName.ValueString()); ok || !data.Keyring.Unknown() {
			if !ok {
				diags.AddAttributeError(path.Root("sse_customer_key_name"), unknownName, unknownKeyName(m.SSECustomerKeyName.ValueString(), data.Keyring))
			}
			e.CustomerKey, e.keyKnown = key, !key.IsZero()
		}
	case known(m.ServerSideEncryption):
		e.Mode, _ = sse.ParseMode(m.ServerSideEncryption.ValueString()) // validated
	case m.ServerSideEncryption.IsUnknown():
		e.modeKnown, e.keyKnown = false, false
	case m.customerKey().IsUnknown(), m.SSECustomerKeyName.IsUnknown():
		e.Mode, e.keyKnown = sse.ModeCustomer, false
	default:
		diags.AddAttributeError(path.Root("server_side_encryption"), "No Encryption Declared",
			"An object is never stored without encryption: set server_side_encryption (AES256 or cos/kms), or a customer key with sse_customer_key_name, sse_customer_key_wo or sse_customer_key, or default_encryption in the provider block.")
	}
	if e.Mode == sse.ModeKMS {
		e.KMSKeyID = m.SSEKMSKeyID.ValueString()
		if known(m.SSEContext) {
			e.Context, _ = sse.ParseContext(m.SSEContext.ValueString()) // validated
		}
	}
	if e.Mode == sse.ModeCustomer && data.PlainHTTP {
		attribute := "sse_customer_key_name"
		if !m.SSECustomerKey.IsNull() {
			attribute = "sse_customer_key"
		} else if !m.SSECustomerKeyWO.IsNull() {
			attribute = "sse_customer_key_wo"
		}
		diags.AddAttributeError(path.Root(attribute), plainHTTPSummary, plainHTTPDetail)
	}
	return e, diags
}

// customerKey returns the key that is declared by its value, in either way.
func (m model) customerKey() types.String { return firstOf(m.SSECustomerKey, m.SSECustomerKeyWO) }

// settled makes sure, before anything is written, that the key of SSE-C is at
// hand: without it a write would carry no encryption at all.
func (e encryption) settled() diag.Diagnostics {
	var diags diag.Diagnostics
	if e.Mode == sse.ModeCustomer && e.CustomerKey.IsZero() {
		diags.AddError("Customer Key Not Known", "The customer key of the object is not known even now that it is to be used, so nothing was written. "+
			"Look at what sse_customer_keys of the provider block depends on.")
	}
	return diags
}

// unknownKeyName lists the names there are, never a key: not even one that was
// taken for a name.
func unknownKeyName(name string, keyring *sse.Keyring) string {
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

// differs reports whether the object has to be written for its encryption to
// become the declared one. What is unknown counts as different, with one
// exception: a keyring element that is not known yet says nothing about the
// key of an object that exists.
func (e encryption) differs(config, prior model) bool {
	if !e.modeKnown || e.Mode != prior.observed().Mode {
		return true
	}
	switch e.Mode {
	case sse.ModeCustomer:
		if !e.keyKnown {
			name := config.SSECustomerKeyName
			return config.customerKey().IsUnknown() || !name.IsNull() && !name.Equal(prior.SSECustomerKeyName)
		}
		return e.CustomerKey.MD5() != prior.SSECustomerKeyMD5.ValueString()
	case sse.ModeKMS:
		if !config.SSEKMSKeyID.IsNull() && !config.SSEKMSKeyID.Equal(prior.SSEKMSKeyID) || config.SSEContext.IsUnknown() {
			return true
		}
		was, _ := sse.ParseContext(prior.SSEContext.ValueString()) // the zero context where there is none
		return !e.Context.Equal(was)
	default:
		return false
	}
}
