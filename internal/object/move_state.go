package object

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

const (
	ownType   = "cos_encrypted_object"
	movedType = "tencentcloud_cos_bucket_object"
)

// movedObject is the part of an official provider's state that is taken over.
// Where nothing was set it holds empty strings and maps. Its ACL is left
// behind: it is "private" unless somebody set it, and says nothing.
type movedObject struct {
	Bucket             string            `json:"bucket"`
	Key                string            `json:"key"`
	Source             string            `json:"source"`
	Content            string            `json:"content"`
	CacheControl       string            `json:"cache_control"`
	ContentDisposition string            `json:"content_disposition"`
	ContentEncoding    string            `json:"content_encoding"`
	ContentType        string            `json:"content_type"`
	StorageClass       string            `json:"storage_class"`
	Tags               map[string]string `json:"tags"`
}

// MoveState adopts an object of the official provider by a moved block, and an
// object of this resource type that another address of this provider has
// written: a mirror or a fork. It runs before the provider is configured: the
// region of an adopted object follows with the first Read, as do the values
// that COS reports.
//
// The type decides, whatever the provider's address. With several moved blocks
// for instances of one resource Terraform sends the source's address for the
// first and the target's for the others; OpenTofu sends the bare name; old
// states say hashicorp/tencentcloud.
func (r *Resource) MoveState(ctx context.Context) []resource.StateMover {
	var own resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &own)
	return []resource.StateMover{
		{StateMover: moveBucketObject},
		{StateMover: passOwnObject(own.Schema.Version), SourceSchema: &own.Schema},
	}
}

// passOwnObject takes over a state of this very type, with what the provider
// remembers of the instance, so that the object counts as written by it.
func passOwnObject(version int64) func(context.Context, resource.MoveStateRequest, *resource.MoveStateResponse) {
	return func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if req.SourceTypeName != ownType {
			return
		}
		var m model
		switch {
		case req.SourceSchemaVersion > version:
			resp.Diagnostics.AddError("Unable to Move Object", fmt.Sprintf("The state of the object was written by a newer version of the provider %s: use that version or a newer one, or remove the object from the state and import it.", req.SourceProviderAddress))
			return
		case req.SourceState == nil || req.SourceState.Get(ctx, &m).HasError() || m.Bucket.ValueString() == "" || m.Key.ValueString() == "":
			resp.Diagnostics.AddError("Unable to Move Object", fmt.Sprintf("The state of the object could not be read: it does not have the format of this provider. It was written by the provider %s. Remove the object from the state and import it.", req.SourceProviderAddress))
			return
		}
		resp.TargetState.Raw = req.SourceState.Raw
		if !m.Region.IsNull() {
			resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, m.identity())...)
		}
		private, diags := recall(ctx, req.SourcePrivate)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(private.note(ctx, resp.TargetPrivate)...)
	}
}

func moveBucketObject(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != movedType {
		return
	}
	var from movedObject
	if req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &from) != nil || from.Bucket == "" || from.Key == "" {
		resp.Diagnostics.AddError("Unable to Move Object", "The state of the "+movedType+" could not be read. Refresh it with the official provider first, or remove it from the state and import the object.")
		return
	}
	for name, value := range map[string]string{
		"bucket":              from.Bucket,
		"key":                 from.Key,
		"source":              from.Source,
		"content":             from.Content,
		"cache_control":       from.CacheControl,
		"content_disposition": from.ContentDisposition,
		"content_encoding":    from.ContentEncoding,
		"content_type":        from.ContentType,
		"storage_class":       from.StorageClass,
		"id":                  from.Bucket + "/" + from.Key,
	} {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), arguments.Optional(value))...)
	}
	tags := types.MapNull(types.StringType)
	if len(from.Tags) > 0 {
		tags = arguments.Map(from.Tags)
	}
	resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("tags"), tags)...)
}
