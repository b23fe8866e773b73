package object

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/ownstate"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

const (
	movedType     = "tencentcloud_cos_bucket_object"
	unableToAdopt = "Unable to Move Object"
)

// movedObject is the part of the official provider's state that is adopted. Unset
// arguments are empty strings and maps in that state. The ACL is not adopted,
// because "private" may be either the default or a setting.
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

// MoveState adopts objects through a moved block: those of the official provider,
// and those of this resource type from a provider with another address, such as a
// mirror or a fork. It runs before the provider is configured, so the first Read
// fills in the region and the values that COS reports.
//
// Only the resource type is checked, not the provider's address. If several moved
// blocks adopt instances of one resource, Terraform sends the address of the source
// for the first and that of the target for the others. OpenTofu sends the bare
// name, and old states contain hashicorp/tencentcloud.
func (r *Resource) MoveState(ctx context.Context) []resource.StateMover {
	own := ownstate.Type{Resource: r, Summary: unableToAdopt, Noun: "object", WayOut: "remove the object from the state and import it"}
	return []resource.StateMover{{StateMover: moveBucketObject}, own.Mover(ctx)}
}

func moveBucketObject(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != movedType {
		return
	}
	var from movedObject
	if req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &from) != nil || from.Bucket == "" || from.Key == "" {
		resp.Diagnostics.AddError(unableToAdopt, "The state of the "+movedType+" could not be read. Refresh it with the official provider first, or remove it from the state and import the object.")
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
