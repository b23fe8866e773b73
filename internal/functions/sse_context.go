package functions

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

var _ function.Function = sseContext{}

func newSSEContext() function.Function { return sseContext{} }

type sseContext struct{}

func (sseContext) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "sse_context"
}

func (sseContext) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Encryption context for SSE-KMS",
		Description:         "Returns the encryption context of a map, for sse_context: the base64 of a JSON object with the keys in order.",
		MarkdownDescription: "Returns the encryption context of a map, for `sse_context`: the base64 of a JSON object of strings, without spaces and with the keys in order, so that equal maps give equal strings.",
		Parameters: []function.Parameter{function.MapParameter{
			Name:                "context",
			ElementType:         types.StringType,
			Description:         "Names and values of the context. Values cannot be null.",
			MarkdownDescription: "Names and values of the context. Values cannot be null. The context is not a secret: KMS writes it to its audit log.",
		}},
		Return: function.StringReturn{},
	}
}

func (sseContext) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var declared types.Map
	if resp.Error = req.Arguments.Get(ctx, &declared); resp.Error != nil {
		return
	}
	values := map[string]string{}
	elements := declared.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		value, ok := elements[name].(types.String)
		switch {
		case !ok || value.IsNull():
			resp.Error = invalid(0, fmt.Sprintf("the value of %q is null: omit the name", name))
			return
		case value.IsUnknown():
			resp.Error = resp.Result.Set(ctx, types.StringUnknown())
			return
		}
		values[name] = value.ValueString()
	}
	resp.Error = resp.Result.Set(ctx, sse.NewContext(values).Base64())
}
