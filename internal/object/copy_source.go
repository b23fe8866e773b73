package object

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// copySource is the value of the copy_source argument.
type copySource struct {
	Bucket             types.String `tfsdk:"bucket"`
	Key                types.String `tfsdk:"key"`
	Region             types.String `tfsdk:"region"`
	VersionID          types.String `tfsdk:"version_id"`
	ETag               types.String `tfsdk:"etag"`
	SSECustomerKeyName types.String `tfsdk:"sse_customer_key_name"`
}

// copySource decodes copy_source. ok is false if it is null or unknown.
func (m model) copySource(ctx context.Context) (c copySource, ok bool) {
	if m.CopySource.IsNull() || m.CopySource.IsUnknown() {
		return copySource{}, false
	}
	diags := m.CopySource.As(ctx, &c, basetypes.ObjectAsOptions{})
	return c, !diags.HasError()
}

func (m model) validateCopySource(invalid arguments.Report) {
	c, ok := m.copySource(context.Background()) // the conversion does not use the context
	if !ok {
		return
	}
	at := func(name, format string, args ...any) {
		invalid("copy_source", "Invalid Copy Source", "%s: %s", name, fmt.Sprintf(format, args...))
	}
	if arguments.Known(c.Bucket) && !arguments.IsBucket(c.Bucket.ValueString()) {
		at("bucket", "%q is not a full bucket name. Use the form name-appid, such as examplebucket-1250000000.", c.Bucket.ValueString())
	}
	if arguments.Known(c.Key) {
		if err := cosclient.CheckKey(c.Key.ValueString()); err != nil {
			at("key", "%s.", err)
		}
	}
	if arguments.Known(c.Region) && !cosclient.IsRegionShaped(c.Region.ValueString()) {
		at("region", "%q is not the name of a region such as ap-guangzhou.", c.Region.ValueString())
	}
	for name, value := range map[string]types.String{"version_id": c.VersionID, "etag": c.ETag, "sse_customer_key_name": c.SSECustomerKeyName} {
		if arguments.Known(value) && strings.Trim(value.ValueString(), `"`) == "" {
			at(name, "it is empty: leave it out instead.")
		}
	}
}

// copySourceKnown reports whether copy_source is set and known in full. It is not
// if it refers to the version or ETag of an object that has yet to be written.
func (m model) copySourceKnown() bool {
	if m.CopySource.IsNull() || m.CopySource.IsUnknown() {
		return false
	}
	for _, value := range m.CopySource.Attributes() {
		if value.IsUnknown() {
			return false
		}
	}
	return true
}

// openSource sends a HEAD for the object that copy_source names.
func (r *Resource) openSource(ctx context.Context, m model) (*store.Source, diag.Diagnostics) {
	var diags diag.Diagnostics
	c, ok := m.copySource(ctx)
	if !ok {
		return nil, nil
	}
	at := path.Root("copy_source")
	f := &store.Source{
		Location:  cosclient.Location{Region: arguments.FirstOf(c.Region, m.Region).ValueString(), Bucket: c.Bucket.ValueString(), Key: c.Key.ValueString()},
		VersionID: c.VersionID.ValueString(),
	}
	if name := c.SSECustomerKeyName; !name.IsNull() {
		if f.Key, ok = r.data.Keyring.ByName(name.ValueString()); !ok || f.Key.IsZero() {
			diags.AddAttributeError(at.AtName("sse_customer_key_name"), encryption.UnknownName, encryption.UnknownKeyName(name.ValueString(), r.data.Keyring))
			return nil, diags
		}
		if r.data.PlainHTTP {
			diags.AddAttributeError(at.AtName("sse_customer_key_name"), encryption.PlainHTTPSummary, encryption.PlainHTTPDetail)
			return nil, diags
		}
	}
	var err error
	in := cosclient.HeadInput{CustomerKey: f.Key, VersionID: f.VersionID}
	if f.Info, err = r.data.Client.Head(ctx, f.Location, in); err != nil {
		err = r.data.Client.Explain(ctx, f.Location, in, err)
		if errors.Is(err, cosclient.ErrNotFound) {
			err = r.data.Inspector().ExplainMissing(ctx, f.Location, err)
		}
		diags.AddAttributeError(at, "Unable to Read Copy Source", tfdiag.Detail(fmt.Sprintf("The object %s, the source of the copy to %s, could not be read.", f.Location, m.location()), err))
		return nil, diags
	}
	if want := strings.Trim(c.ETag.ValueString(), `"`); want != "" && want != f.Info.ETag {
		diags.AddAttributeError(at.AtName("etag"), "Copy Source Changed", fmt.Sprintf("The copy of the object %s requires the ETag %q, but the ETag is %q. Nothing was copied.", f.Location, want, f.Info.ETag))
		return nil, diags
	}
	return f, diags
}

// sameAs reports whether the recorded object already has the body of source.
func sameAs(source *store.Source, prior model) bool {
	return source.Info.CRC64 != "" && source.Info.CRC64 == prior.ContentCRC64.ValueString() && source.Info.Length == prior.ContentLength.ValueInt64()
}

// copiesItself reports whether copy_source names the prior object of a move. The
// move then makes the copy.
func (m model) copiesItself(ctx context.Context, prior model) bool {
	c, ok := m.copySource(ctx)
	if !ok || !m.moves(prior) || c.Bucket.IsUnknown() || c.Key.IsUnknown() {
		return false
	}
	region := arguments.FirstOf(c.Region, prior.Region)
	etag := strings.Trim(c.ETag.ValueString(), `"`)
	return c.Bucket.Equal(prior.Bucket) && c.Key.Equal(prior.Key) && region.Equal(prior.Region) &&
		(c.VersionID.IsNull() || c.VersionID.Equal(prior.VersionID)) &&
		(c.ETag.IsNull() || arguments.Known(c.ETag) && etag == prior.ETag.ValueString())
}
