package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

var _ function.Function = objectURL{}

func newObjectURL() function.Function { return objectURL{} }

type objectURL struct{}

func (objectURL) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "object_url"
}

func (objectURL) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "Address of an object",
		Description: "Returns the https address of an object at COS's public endpoint. It is not signed, and gives no access to an object that is not public.",
		MarkdownDescription: "Returns the https address of an object at COS's public endpoint, `https://<bucket>.cos.<region>.myqcloud.com/<key>`. It is not signed, and gives no access to an object that is not public: for that, use the ephemeral resource `cos_presigned_url`. " +
			"The key is percent-encoded; `/` is kept, unless the key has an empty segment after its first name, which a browser or a proxy would collapse: then it is encoded as `%2F`. Keys with a segment `.` or `..` are rejected, as everywhere in this provider. A function has no access to the provider's `endpoint`.",
		Parameters: []function.Parameter{
			bucketParameter,
			function.StringParameter{
				Name:                "region",
				Description:         "Region of the bucket, such as ap-guangzhou.",
				MarkdownDescription: "Region of the bucket, such as `ap-guangzhou`.",
			},
			keyParameter,
		},
		Return: function.StringReturn{},
	}
}

func (objectURL) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var loc cosclient.Location
	if resp.Error = req.Arguments.Get(ctx, &loc.Bucket, &loc.Region, &loc.Key); resp.Error != nil {
		return
	}
	resp.Error = function.ConcatFuncErrors(checkBucket(0, loc.Bucket), checkRegion(1, loc.Region), checkKey(2, loc.Key))
	if resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, loc.URL())
}
