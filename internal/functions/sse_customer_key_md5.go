package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

var _ function.Function = sseCustomerKeyMD5{}

func newSSECustomerKeyMD5() function.Function { return sseCustomerKeyMD5{} }

type sseCustomerKeyMD5 struct{}

func (sseCustomerKeyMD5) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "sse_customer_key_md5"
}

func (sseCustomerKeyMD5) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "MD5 that identifies a customer key (SSE-C)",
		Description: "Returns the MD5 of a customer key as COS expects and returns it: the base64 of the MD5 of the 32 decoded bytes.",
		MarkdownDescription: "Returns the MD5 of a customer key (SSE-C) as COS expects and returns it: the base64 of the MD5 of the 32 decoded bytes. It equals `sse_customer_key_md5` of an object under this key, " +
			"and does not reveal a key that was generated randomly. The result is sensitive or ephemeral if the argument is.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "key",
			Description:         "Customer key: the base64 of exactly 32 bytes, padded or not.",
			MarkdownDescription: "Customer key: the base64 of exactly 32 bytes, padded or not.",
		}},
		Return: function.StringReturn{},
	}
}

func (sseCustomerKeyMD5) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	key, err := sse.ParseCustomerKey(text)
	if err != nil {
		resp.Error = invalid(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, key.MD5())
}
