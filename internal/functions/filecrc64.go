package functions

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

var _ function.Function = fileCRC64{}

func newFileCRC64() function.Function { return fileCRC64{} }

type fileCRC64 struct{}

func (fileCRC64) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "filecrc64"
}

func (fileCRC64) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "CRC64 of a file, as COS computes it",
		Description: "Returns the CRC64 of a file as COS returns it for an object with this body: CRC-64/XZ, as a decimal number in a string. The file is streamed.",
		MarkdownDescription: "Returns the CRC64 of a file as COS returns it for an object with this body, whatever its encryption: CRC-64/XZ (ECMA-182, reflected), as a decimal number in a string. It equals `content_crc64` of an object with this file as its `source`. " +
			"The file is streamed, not loaded into memory. As with Terraform's own `filemd5`, the file must exist at plan and must not change before the apply is finished.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "path",
			Description:         "Path of the file. A relative path is relative to the folder in which the CLI runs.",
			MarkdownDescription: "Path of the file. A relative path is relative to the folder in which the CLI runs: use `path.module`. `~/` is the home folder.",
		}},
		Return: function.StringReturn{},
	}
}

func (fileCRC64) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var path string
	if resp.Error = req.Arguments.Get(ctx, &path); resp.Error != nil {
		return
	}
	body, err := content.File(path).Body()
	if err != nil {
		resp.Error = unreadable(err)
		return
	}
	sum, err := body.Sum(ctx)
	if err != nil {
		resp.Error = unreadable(err)
		return
	}
	resp.Error = resp.Result.Set(ctx, sum.CRC64String())
}

func unreadable(err error) *function.FuncError {
	return invalid(0, fmt.Sprintf("the file cannot be read: %s", err))
}
