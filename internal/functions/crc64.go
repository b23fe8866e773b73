package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

var _ function.Function = crc64{}

func newCRC64() function.Function { return crc64{} }

type crc64 struct{}

func (crc64) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "crc64"
}

func (crc64) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "CRC64 of a text, as COS computes it",
		Description: "Returns the CRC64 of the UTF-8 bytes of a text as COS returns it for an object with this body: CRC-64/XZ, as a decimal number in a string.",
		MarkdownDescription: "Returns the CRC64 of the UTF-8 bytes of a text as COS returns it for an object with this body, whatever its encryption: CRC-64/XZ (ECMA-182, reflected), as a decimal number in a string, since it does not fit into Terraform's numbers everywhere. " +
			"It equals `content_crc64` of such an object. It detects accidental changes, not attacks, and would let an attacker recover a short secret by brute force. The result is sensitive or ephemeral if the argument is.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			Description:         "The text.",
			MarkdownDescription: "The text. The CLI normalizes every string to Unicode NFC first, as it does with `content`.",
		}},
		Return: function.StringReturn{},
	}
}

func (crc64) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, content.SumBytes([]byte(text)).CRC64String())
}
