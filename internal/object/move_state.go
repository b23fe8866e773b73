package object

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

const (
	movedType     = "tencentcloud_cos_bucket_object"
	movedProvider = "/tencentcloudstack/tencentcloud"
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

// MoveState adopts an object of the official provider by a moved block. It
// runs before the provider is configured: the region follows with the first
// Read, as do the values that COS tells.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveBucketObject}}
}

func moveBucketObject(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != movedType || !strings.HasSuffix(req.SourceProviderAddress, movedProvider) {
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
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), optional(value))...)
	}
	tags := types.MapNull(types.StringType)
	if len(from.Tags) > 0 {
		tags = mapValue(from.Tags)
	}
	resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("tags"), tags)...)
}
