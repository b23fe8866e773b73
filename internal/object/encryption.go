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
	unknownName = "Unknown Customer Key Name"
)

// keyOrigin is where the customer key of an object comes from.
type keyOrigin string

const (
	keyNone      keyOrigin = ""           // the object is not under a customer key
	keyState     keyOrigin = "state"      // sse_customer_key
	keyWriteOnly keyOrigin = "write_only" // sse_customer_key_wo
	keyName      keyOrigin = "name"       // sse_customer_key_name
	keyKept      keyOrigin = "kept"       // the one that the object has
)

// encryption is how an object is to be encrypted, as far as that is known.
type encryption struct {
	sse.Settings
	origin keyOrigin
	// modeKnown is false while server_side_encryption is unknown.
	modeKnown bool
	// keyKnown is false while the value of the customer key is unknown.
	keyKnown bool
	// kept: nothing is declared, and the object keeps what it has.
	kept bool
	// lost: the declared name is not in the keyring.
	lost bool
}

// declaresEncryption reports whether any argument says how to encrypt. What is
// unknown counts.
func (m model) declaresEncryption() bool {
	return !m.ServerSideEncryption.IsNull() || !m.customerKey().IsNull() || !m.SSECustomerKeyName.IsNull()
}

// wantedEncryption resolves how an object is to be encrypted: as declared; else
// as it is, if its key came by sse_customer_key_wo, which a run may leave out;
// else by the provider's default; else as it is. It returns the configuration
// with the default filled in.
//
// Errors are about the configuration only: an error at plan blocks a destroy.
// What only the world can mend is returned as a refusal.
func (m model) wantedEncryption(prior *model, private privateState, data *providerdata.Data) (model, encryption, *refusal, diag.Diagnostics) {
	wasCustomer := prior != nil && !prior.SSECustomerKeyMD5.IsNull()
	switch {
	case m.declaresEncryption(), prior != nil && private.WriteOnlyKey && (wasCustomer || private.encryptionUnknown(*prior)):
	default:
		m = m.withDefault(data)
	}
	switch {
	case m.declaresEncryption():
		e, diags := m.resolve(data)
		diags.Append(e.unknownKey(m, prior, data))
		diags.Append(e.allowed(m, data.Policy)...)
		return m, e, nil, diags
	case prior == nil:
		var diags diag.Diagnostics
		diags.AddAttributeError(path.Root("server_side_encryption"), "No Encryption Declared",
			"An object is never stored without encryption: set server_side_encryption (AES256 or cos/kms), or a customer key with sse_customer_key_name, sse_customer_key_wo or sse_customer_key, or default_encryption in the provider block."+absentSecret)
		return m, encryption{modeKnown: true, keyKnown: true}, nil, diags
	}
	e, refused := m.keptEncryption(*prior, private, data)
	if refused == nil {
		refused = e.keptViolation(*prior, data.Policy)
	}
	return m, e, refused, nil
}

// absentSecret explains, in an error that a destroy may meet as well, what to do
// if a secret was left out of this run.
const absentSecret = " If this is a destroy and the value comes by a variable that this run does not set, set it, or use -refresh=false."

// keptEncryption is that of an object that declares none.
func (m model) keptEncryption(prior model, private privateState, data *providerdata.Data) (encryption, *refusal) {
	was := prior.observed()
	e := encryption{modeKnown: true, keyKnown: true, kept: true}
	e.Mode, e.KMSKeyID = was.Mode, was.KMSKeyID
	switch {
	case private.encryptionUnknown(prior):
		return e, &refusal{Attribute: "server_side_encryption", Summary: "Encryption Not Known",
			Detail: fmt.Sprintf("The object %s was written by somebody else, under a customer key that is not available, and no encryption is declared for it. Declare how it is to be encrypted, or add its key to sse_customer_keys.", prior.location())}
	case e.Mode == sse.ModeNone:
		return e, &refusal{Attribute: "server_side_encryption", Summary: "Object Not Encrypted",
			Detail: fmt.Sprintf("The object %s is stored without encryption, and none is declared for it. Set server_side_encryption or a customer key, or default_encryption in the provider block.", prior.location())}
	case e.Mode != sse.ModeCustomer:
		return e, nil
	}
	e.origin = keyKept
	if data.PlainHTTP {
		return e, &refusal{Attribute: "sse_customer_key_name", Summary: plainHTTPSummary, Detail: plainHTTPDetail}
	}
	_, inKeyring, found := data.Keyring.ByMD5(was.CustomerKeyMD5)
	if found {
		e.CustomerKey = inKeyring
		return e, nil
	}
	if !prior.SSECustomerKey.IsNull() {
		return e, &refusal{Attribute: "sse_customer_key", Summary: "Only Copy of the Customer Key",
			Detail: fmt.Sprintf("sse_customer_key was taken out of the configuration of %s, and nothing else says how to encrypt it. The state may hold the only copy of the key, so it is kept. "+
				"Declare another encryption, which re-encrypts the object with the key in the state, or first put the key into the provider's sse_customer_keys.", prior.location())}
	}
	e.keyKnown = true // whichever it is, the object keeps it
	return e, nil
}

// unknownKey is what is said of a declared name that the keyring does not have,
// nil if it has it. An object that has the name already has lost its key: it is
// a warning then, since an error would keep it from being refreshed and
// destroyed, which need no key. Whatever needs one says so.
func (e encryption) unknownKey(m model, prior *model, data *providerdata.Data) diag.Diagnostic {
	name := m.SSECustomerKeyName
	detail := unknownKeyName(name.ValueString(), data.Keyring)
	switch at := path.Root("sse_customer_key_name"); {
	case !e.lost:
		return nil
	case prior == nil || !name.Equal(prior.SSECustomerKeyName):
		return diag.NewAttributeErrorDiagnostic(at, unknownName, detail)
	case data.WarnOnce(unknownName + name.ValueString()):
		return diag.NewAttributeWarningDiagnostic(at, unknownName,
			detail+" Objects that have it can be refreshed and destroyed all the same; any change to them fails until the key is in the keyring again, or another one is declared.")
	}
	return nil
}

// resolved is resolve with the error about a name that is not in the keyring.
func (m model) resolved(data *providerdata.Data) (encryption, diag.Diagnostics) {
	e, diags := m.resolve(data)
	diags.Append(e.unknownKey(m, nil, data))
	return e, diags
}

// resolve resolves the declared encryption with the provider's keyring. What is
// unknown may turn out to be null, so an argument that is known decides if
// there is one. That a declared name is not in the keyring is no error yet: see
// unknownKey.
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
			e.lost = !ok
			e.CustomerKey, e.keyKnown = key, !key.IsZero()
		}
	case known(m.ServerSideEncryption):
		e.Mode, _ = sse.ParseMode(m.ServerSideEncryption.ValueString()) // validated
	case m.ServerSideEncryption.IsUnknown():
		e.modeKnown, e.keyKnown = false, false
	case m.customerKey().IsUnknown(), m.SSECustomerKeyName.IsUnknown():
		e.Mode, e.keyKnown = sse.ModeCustomer, false
	}
	if e.Mode == sse.ModeKMS {
		e.KMSKeyID = m.SSEKMSKeyID.ValueString()
		if known(m.SSEContext) {
			e.Context, _ = sse.ParseContext(m.SSEContext.ValueString()) // validated
		}
	}
	switch {
	case e.Mode != sse.ModeCustomer:
	case !m.SSECustomerKey.IsNull():
		e.origin = keyState
	case !m.SSECustomerKeyWO.IsNull():
		e.origin = keyWriteOnly
	default:
		e.origin = keyName
	}
	if e.Mode == sse.ModeCustomer && data.PlainHTTP {
		diags.AddAttributeError(path.Root(e.attribute()), plainHTTPSummary, plainHTTPDetail)
	}
	return e, diags
}

// attribute is the argument that decides.
func (e encryption) attribute() string {
	switch e.origin {
	case keyState:
		return "sse_customer_key"
	case keyWriteOnly:
		return "sse_customer_key_wo"
	case keyName, keyKept:
		return "sse_customer_key_name"
	}
	return "server_side_encryption"
}

// customerKey returns the key that is declared by its value, in either way.
func (m model) customerKey() types.String { return firstOf(m.SSECustomerKey, m.SSECustomerKeyWO) }

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
// become the declared one. What is unknown counts as different: a green apply
// must not leave an object under its old key.
func (e encryption) differs(config, prior model) bool {
	if e.kept {
		return false
	}
	if !e.modeKnown || e.Mode != prior.observed().Mode {
		return true
	}
	switch e.Mode {
	case sse.ModeCustomer:
		if e.lost {
			return !config.SSECustomerKeyName.Equal(prior.SSECustomerKeyName)
		}
		return !e.keyKnown || e.CustomerKey.MD5() != prior.SSECustomerKeyMD5.ValueString()
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
