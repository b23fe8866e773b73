package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

var _ function.Function = parseObjectURL{}

func newParseObjectURL() function.Function { return parseObjectURL{} }

type parseObjectURL struct{}

// address is the result of parse_object_url.
type address struct {
	Bucket    string  `tfsdk:"bucket"`
	Region    *string `tfsdk:"region"`
	Key       string  `tfsdk:"key"`
	VersionID *string `tfsdk:"version_id"`
}

func (parseObjectURL) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_object_url"
}

func (parseObjectURL) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "Parts of the address of an object",
		Description: "Returns bucket, region, key and version of the address of an object, as an object of strings.",
		MarkdownDescription: "Returns the parts of the address of an object, as an object of strings: `bucket`, `region`, `key` and `version_id`. `region` is null if the address has none, `version_id` if it has no version.\n\n" +
			"These forms are accepted:\n\n" +
			"- `https://<bucket>.cos.<region>.myqcloud.com/<key>`, the same with `tencentcos.cn` and with `cos-internal`. With `accelerate` in place of the region, `region` is null;\n" +
			"- `https://<bucket>.<cluster>.cos-cdc.<region>.myqcloud.com/<key>`, in a Cloud Dedicated Cluster;\n" +
			"- `https://<bucket>.cos.<region>.<domain>/<key>`, in a private cloud;\n" +
			"- `cos://<bucket>/<key>`, with the key verbatim and no region.\n\n" +
			"The path of an `https` address is percent-decoded. Only the query parameter `versionId` is used; others, such as those of a presigned URL, are ignored. " +
			"It is the inverse of `object_url`.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "url",
			Description:         "Address of an object.",
			MarkdownDescription: "Address of an object. It is not included in error messages, because it may be signed.",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"bucket":     types.StringType,
			"region":     types.StringType,
			"key":        types.StringType,
			"version_id": types.StringType,
		}},
	}
}

func (parseObjectURL) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	loc, version, err := cosclient.ParseURL(text)
	if err != nil {
		resp.Error = locationError(0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, address{
		Bucket: loc.Bucket, Region: orNull(loc.Region), Key: loc.Key, VersionID: orNull(version),
	})
}

// orNull returns nil for "".
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
