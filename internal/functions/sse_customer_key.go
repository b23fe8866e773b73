package functions

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

var _ function.Function = sseCustomerKey{}

func newSSECustomerKey() function.Function { return sseCustomerKey{} }

type sseCustomerKey struct{}

func (sseCustomerKey) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "sse_customer_key"
}

func (sseCustomerKey) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "Customer key (SSE-C) of a text of 32 bytes",
		Description: "Encodes a string of exactly 32 bytes as a customer key: its base64. Nothing is derived; a string of any other length is an error.",
		MarkdownDescription: "Encodes a string of exactly 32 bytes as a customer key (SSE-C): its base64, as `sse_customer_key`, `sse_customer_key_wo` and the keyring accept it. " +
			"Nothing is hashed, padded or derived, and a string of any other length is an error: a password is not a key. To derive keys from a master key, use `derive_customer_key`. " +
			"The result is sensitive or ephemeral if the argument is.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			Description:         "The key itself, 32 bytes of UTF-8.",
			MarkdownDescription: "The key itself: 32 bytes of UTF-8, which is 32 characters only if all of them are ASCII.",
		}},
		Return: function.StringReturn{},
	}
}

func (sseCustomerKey) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	key, err := sse.NewCustomerKey([]byte(text))
	if err != nil {
		wrong := fmt.Sprintf("a customer key is exactly %d bytes, and this text has %d", sse.KeySize, len(text))
		if hint := sse.HintForText(text); hint != "" {
			wrong += ": " + hint
		}
		resp.Error = invalid(0, wrong)
		return
	}
	resp.Error = resp.Result.Set(ctx, key.Base64())
}
