package audit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/object"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

var (
	_ list.ListResource                   = (*ListResource)(nil)
	_ list.ListResourceWithConfigure      = (*ListResource)(nil)
	_ list.ListResourceWithValidateConfig = (*ListResource)(nil)
)

const (
	unableToList    = "Unable to List Encrypted Objects"
	moreExist       = "More Objects Exist"
	keyNotAvailable = "Customer Key Not Available"
	notImportable   = "Object Cannot Be Imported"
)

// mostListed is the largest number of keys on a page of COS's listing.
const mostListed = 1000

// ListResource lists objects as the resource cos_encrypted_object.
type ListResource struct{ data *providerdata.Data }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource { return &ListResource{} }

// listModel is the configuration, in schema order.
type listModel struct {
	Bucket        types.String `tfsdk:"bucket"`
	Region        types.String `tfsdk:"region"`
	Prefix        types.String `tfsdk:"prefix"`
	Match         types.String `tfsdk:"match"`
	Encryption    types.List   `tfsdk:"encryption"`
	NotEncryption types.List   `tfsdk:"not_encryption"`
	SSEKMSKeyID   types.String `tfsdk:"sse_kms_key_id"`
}

func (r *ListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_object"
}

func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	text := func(name string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: descriptions[name]}
	}
	words := func(name string) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: descriptions[name]}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The objects of a bucket on COS, or of a part of it, with the filters of the data source `cos_encrypted_objects`: for `terraform query`, which also writes configuration that imports them.",
		Attributes: map[string]schema.Attribute{
			"bucket":         schema.StringAttribute{Required: true, MarkdownDescription: descriptions["bucket"]},
			"region":         text("region"),
			"prefix":         text("prefix"),
			"match":          text("match"),
			"encryption":     words("encryption"),
			"not_encryption": words("not_encryption"),
			"sse_kms_key_id": text("sse_kms_key_id"),
		},
	}
}

func (r *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (r *ListResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(selection(config).validate()...)
}

// List returns the objects as they are found. An object that cannot be inspected
// ends the list with an error, because the results without it would be taken as
// complete.
func (r *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	if !diags.HasError() && r.data.Ready(unableToList, &diags) {
		var found diag.Diagnostics
		config.Region, found = arguments.Region(config.Region, r.data)
		diags.Append(found...)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		l := listing{ListRequest: req, selection: selection(config), push: push}
		l.run(ctx, r.data)
	}
}

// listing is a list in progress.
type listing struct {
	list.ListRequest

	selection selection
	push      func(list.ListResult) bool

	shown    int64            // results including the held one
	held     *list.ListResult // the last match, which gets the warning that more exist
	keyTold  bool             // the warning about a missing customer key was shown
	finished bool             // no more results are wanted
}

// query limits the requests to what the results need. Without a filter each key
// is a result, and one key beyond the limit shows that more exist.
func (l *listing) query() Query {
	q := l.selection.query(l.selection.Region.ValueString())
	q.Heads = l.IncludeResource || l.selection.filter().Any()
	if q.Match == "" && !l.selection.filter().Any() && l.Limit > 0 && l.Limit < mostListed {
		q.PageSize = int(l.Limit) + 1
	}
	return q
}

func (l *listing) run(ctx context.Context, data *providerdata.Data) {
	q, filter, more := l.query(), l.selection.filter(), false
	err := Walk(ctx, data.Inspector(), q, func(f Finding) bool {
		if q.Heads && !filter.Takes(f) {
			return true
		}
		if l.held != nil {
			more = true
			return false
		}
		l.show(l.result(ctx, q, f))
		return !l.finished
	})
	switch {
	case l.finished:
	case l.held != nil:
		l.heldBack(more, err)
		l.push(*l.held)
	case err != nil:
		l.push(list.ListResult{Diagnostics: diag.Diagnostics{tfdiag.Error(unableToList, fmt.Sprintf("The list of the objects of the bucket %s is not complete, and so there is none.", q.Bucket), err)}})
	}
}

// show pushes a result, or holds it back if it is the last one within the limit.
func (l *listing) show(result list.ListResult) {
	if result.Diagnostics.HasError() {
		l.finished = true
		l.push(result)
		return
	}
	if l.shown++; l.shown == l.Limit {
		l.held = &result
		return
	}
	l.finished = !l.push(result)
}

// heldBack adds a warning about results that the limit cuts off. An object beyond
// the limit that cannot be inspected does not affect the results; it only leaves
// open whether more exist.
func (l *listing) heldBack(more bool, err error) {
	const raise = "Set a higher limit in the list block, or narrow the list by prefix, match or a filter."
	switch {
	case err != nil:
		l.held.Diagnostics.Append(tfdiag.Warning(moreExist, fmt.Sprintf("The list ends at its limit of %d. Whether more objects fit could not be found out. %s", l.Limit, raise), err))
	case more:
		l.held.Diagnostics.AddWarning(moreExist, fmt.Sprintf("The list ends at its limit of %d, and more objects of the bucket %s fit. %s", l.Limit, l.selection.Bucket.ValueString(), raise))
	}
}

// result returns the result for an object.
func (l *listing) result(ctx context.Context, q Query, f Finding) list.ListResult {
	result := l.NewListResult(ctx)
	loc := cosclient.Location{Region: q.Region, Bucket: q.Bucket, Key: f.Entry.Key}
	result.DisplayName = loc.Key
	if q.Heads {
		result.DisplayName += " (" + string(f.Encryption) + ")"
	}
	result.Diagnostics.Append(object.SetIdentity(ctx, result.Identity, loc)...)
	if why := object.CheckImport(loc.Key); why != nil {
		result.Diagnostics.AddWarning(notImportable, fmt.Sprintf("The key of the object %s %s.", loc, why))
	}
	if !l.IncludeResource {
		result.Resource = nil
		return result
	}
	info := f.Info
	if f.Encryption == CustomerUnknown {
		info = listedInfo(f.Entry)
		if !l.keyTold {
			l.keyTold = true
			result.Diagnostics.AddWarning(keyNotAvailable, fmt.Sprintf("The object %s is encrypted with a customer key (SSE-C) that is not in the provider's sse_customer_keys: the list has no more of it than its length, ETag, time and storage class, and it cannot be imported. "+
				"Add the key to sse_customer_keys. Only the first such object is named; the filter encryption = [\"customer_unknown\"] lists all of them.", loc))
		}
	}
	result.Diagnostics.Append(object.SetImported(ctx, result.Resource, loc, info, f.KeyName)...)
	return result
}

// listedInfo returns the metadata that a listing contains.
func listedInfo(e cosclient.Entry) cosclient.Info {
	info := cosclient.Info{ETag: e.ETag, Length: e.Size, LastModified: e.LastModified}
	info.StorageClass = e.StorageClass
	return info
}
