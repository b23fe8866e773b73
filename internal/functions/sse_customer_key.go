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
		Description: "Returns the customer key that a text of exactly 32 bytes is: its base64. Nothing is derived; a text of another length is an error.",
		MarkdownDescription: "Returns the customer key (SSE-C) that a text of exactly 32 bytes is: its base64, as `sse_customer_key`, `sse_customer_key_wo` and the keyring take it. " +
			"Nothing is hashed, padded or derived, and a text of another length is an error: a password is no key. To make keys from a master key, use `derive_customer_key`. " +
			"The result is sensitive or ephemeral if the argument is.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			Description:         "The key itself, 32 bytes of UTF-8.",
			MarkdownDescription: "The key itself: 32 bytes of UTF-8, so 32 characters only where all are ASCII.",
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
