package object

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// errDecomposed explains why an object whose key is not in NFC cannot be managed.
var errDecomposed = errors.New("is in Unicode's decomposed form (NFD), as file names of macOS are. Terraform and OpenTofu compose every string (NFC), so another object would be managed than the one that is named. Copy the object to the composed key with another tool, and import that one")

// CheckImport returns the reason why an object with this key cannot be imported, as
// the end of a sentence about the key.
func CheckImport(key string) error {
	if !norm.NFC.IsNormalString(key) {
		return errDecomposed
	}
	return nil
}

// SetIdentity sets the identity of the object at loc.
func SetIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, loc cosclient.Location) diag.Diagnostics {
	return to.Set(ctx, addressed(loc).identity())
}

// SetImported sets the state that an import of the object at loc would produce from
// its HEAD response. name is the name of the object's customer key.
func SetImported(ctx context.Context, to *tfsdk.Resource, loc cosclient.Location, info cosclient.Info, name string) diag.Diagnostics {
	diags := addressed(loc).setAddress(ctx, to)
	var m model
	diags.Append(to.Get(ctx, &m)...)
	if diags.HasError() {
		return diags
	}
	m.recordImported(info, name, &privateState{}) // a list result has no private state
	diags.Append(to.Set(ctx, m)...)
	return diags
}

// addressed returns the model of an object known only by its address.
func addressed(loc cosclient.Location) model {
	return model{Bucket: types.StringValue(loc.Bucket), Key: types.StringValue(loc.Key), Region: types.StringValue(loc.Region)}
}

// setAddress sets the attributes of the address and the ID.
func (m model) setAddress(ctx context.Context, to interface {
	SetAttribute(ctx context.Context, path path.Path, val any) diag.Diagnostics
}) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, value := range map[string]types.String{"bucket": m.Bucket, "key": m.Key, "region": m.Region, "id": m.id()} {
		diags.Append(to.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}

// recordImported records the HEAD response of an imported object, which was known
// only by its address.
func (m *model) recordImported(info cosclient.Info, name string, private *privateState) {
	m.SSECustomerKeyName = arguments.Optional(name)
	private.Imposed = info.Imposed
	private.own(&info, *m)
	m.record(info)
	private.wrote(m.location(), info, private.Imposed)
}
