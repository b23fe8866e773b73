package object

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// refusal is the reason why an update cannot be applied. It is a warning during the
// plan, where an error would also block a destroy, and an error during the apply.
type refusal struct {
	Attribute string `json:"attribute"`
	Summary   string `json:"summary"`
	Detail    string `json:"detail"`
	// Named: the error has this summary as well, instead of that of a failed
	// update.
	Named bool `json:"named,omitempty"`
}

func (r refusal) warning() diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root(r.Attribute), r.Summary, r.Detail+" An apply that changes the object will fail.")
}

func (r refusal) failure() diag.Diagnostic {
	summary := unableToUpdate
	if r.Named {
		summary = r.Summary
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(r.Attribute), summary, r.Detail+" Nothing was sent.")
}

// needsKey refuses an update that requires a key that is not available, either to
// copy the stored object or to keep its encryption.
func (o *outline) needsKey(s situation) *refusal {
	if !o.writes() || s.data.Keyring.Unknown() {
		return nil
	}
	if o.Body != bodyNone && (!o.Optional || s.private.encryptionUnknown(*s.prior)) && !o.Move {
		switch {
		case o.enc.Lost:
			return lostNameRefusal(o.config, s.data)
		case o.enc.Origin == encryption.OriginKept && o.enc.CustomerKey.IsZero() && s.prior.SSECustomerKey.IsNull():
			return lostKeyRefusal(*s.prior)
		}
		return nil // the old object is not read
	}
	_, readable := findKey(*s.prior, o.enc.CustomerKey, s.data.Keyring)
	if s.private.encryptionUnknown(*s.prior) {
		readable = false
	}
	switch {
	case o.enc.Lost:
		return lostNameRefusal(o.config, s.data)
	case o.enc.Origin == encryption.OriginKept && !readable:
		return lostKeyRefusal(*s.prior)
	case readable, o.Fallback != bodyNone, o.body.kind == bodyCopy:
		return nil
	case o.enc.Origin == encryption.OriginWriteOnly && s.private.encryptionUnknown(*s.prior):
		return nil // the declared key may be the object's
	}
	return lostKeyRefusal(*s.prior)
}

func lostNameRefusal(config model, data *providerdata.Data) *refusal {
	return &refusal{Attribute: "sse_customer_key_name", Summary: encryption.UnknownName, Named: true, Detail: encryption.UnknownKeyName(config.SSECustomerKeyName.ValueString(), data.Keyring)}
}

func lostKeyRefusal(prior model) *refusal {
	return &refusal{Attribute: "sse_customer_key_name", Summary: "Customer Key Not Available", Detail: lostKey(prior)}
}

func lostKey(m model) string {
	if m.SSECustomerKeyMD5.IsNull() {
		return fmt.Sprintf("The object %s was written by somebody else with a customer key (SSE-C) that is not available. "+
			"Add the key that it has to the provider's sse_customer_keys, or declare a body, which is uploaded again.", m.location())
	}
	return fmt.Sprintf("The object %s is encrypted with the customer key of MD5 %s, and that key is neither in the state nor in the provider's keyring. "+
		"Keep an old key in sse_customer_keys, under any name, until nothing is encrypted with it.", m.location(), m.SSECustomerKeyMD5.ValueString())
}

// needsBody refuses a new content_wo_version if content_wo is not set.
func (o *outline) needsBody(s situation) *refusal {
	if o.body.kind != bodyNone || o.config.ContentWOVersion.IsNull() || o.config.ContentWOVersion.Equal(s.prior.ContentWOVersion) {
		return nil
	}
	if s.prior.ContentWOVersion.IsNull() && s.private.Seen != nil {
		return &refusal{Attribute: "content_wo", Summary: "Write-Only Body Not Set",
			Detail: fmt.Sprintf("The object %s was changed outside of Terraform, and content_wo is not set in this run to restore it.", s.prior.location())}
	}
	return &refusal{Attribute: "content_wo", Summary: "Write-Only Body Not Set",
		Detail: fmt.Sprintf("content_wo_version of %s changes, but content_wo is not set in this run. Set it, or revert the change of the version.", s.prior.location())}
}

// findKey returns the customer key of the recorded object, from the state, from the
// keyring by its MD5, or from the configuration. Without SSE-C, no key is needed to
// read the object.
func findKey(m model, declared sse.CustomerKey, keyring *sse.Keyring) (key sse.CustomerKey, readable bool) {
	md5 := m.SSECustomerKeyMD5.ValueString()
	if md5 == "" {
		return sse.CustomerKey{}, true
	}
	if key, err := sse.ParseCustomerKey(m.SSECustomerKey.ValueString()); err == nil && key.MD5() == md5 {
		return key, true
	}
	if declared.MD5() == md5 {
		return declared, true
	}
	_, key, ok := keyring.ByMD5(md5)
	return key, ok
}

// isArchived reports whether objects of a class must be restored before they can be
// read. Source: COS documentation, "Storage Class Overview".
func isArchived(class types.String) bool {
	return cosclient.InArchive(class.ValueString())
}
