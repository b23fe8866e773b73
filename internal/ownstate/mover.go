// Package ownstate adopts states of this provider's own resource types that a
// provider with another address has written.
package ownstate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// Type is a resource type whose states can be adopted.
type Type struct {
	Resource resource.Resource
	Summary  string // of errors
	Noun     string // what an instance is, such as "object"
	WayOut   string // what to do with a state that cannot be adopted
}

// Mover returns the mover of the type. It accepts a state of the same type from any
// address: a mirror, a fork, or the registry of the other CLI. OpenTofu 1.11.12 and
// 1.12.4 ask for it even without a moved block, as soon as the address differs.
//
// The private state is adopted too, so that what it records counts as written by
// this instance. The provider is not configured yet.
func (t Type) Mover(ctx context.Context) resource.StateMover {
	var meta resource.MetadataResponse
	t.Resource.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "cos"}, &meta)
	var own resource.SchemaResponse
	t.Resource.Schema(ctx, resource.SchemaRequest{}, &own)
	return resource.StateMover{SourceSchema: &own.Schema, StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		switch {
		case req.SourceTypeName != meta.TypeName:
		case req.SourceSchemaVersion > own.Schema.Version:
			resp.Diagnostics.AddError(t.Summary, fmt.Sprintf("The state of the %s was written by a newer version of the provider %s: use that version or a newer one, or %s.", t.Noun, req.SourceProviderAddress, t.WayOut))
		case req.SourceState == nil || !complete(own.Schema, req.SourceState.Raw):
			resp.Diagnostics.AddError(t.Summary, fmt.Sprintf("The state of the %s could not be read: it does not have the format of this provider. It was written by the provider %s. %s.", t.Noun, req.SourceProviderAddress, arguments.Sentence(t.WayOut)))
		default:
			resp.TargetState.Raw = req.SourceState.Raw
			resp.TargetPrivate = req.SourcePrivate
			identify(ctx, *req.SourceState, resp)
		}
	}}
}

// complete reports whether a state has all required attributes, which are strings in
// each type. The framework skips attributes that it does not know, so the state of a
// foreign resource type with the same name can be empty.
func complete(s schema.Schema, state tftypes.Value) bool {
	var values map[string]tftypes.Value
	if err := state.As(&values); err != nil {
		return false
	}
	for name, attribute := range s.Attributes {
		var text string
		if attribute.IsRequired() && (values[name].IsNull() || values[name].As(&text) != nil || text == "") {
			return false
		}
	}
	return true
}

// identify sets the identity, whose attributes are named as those of the state. An
// old state may lack some, and the first Read sets the identity then.
func identify(ctx context.Context, from tfsdk.State, resp *resource.MoveStateResponse) {
	if resp.TargetIdentity == nil {
		return
	}
	values := map[string]types.String{}
	for name := range resp.TargetIdentity.Schema.GetAttributes() {
		var value types.String
		resp.Diagnostics.Append(from.GetAttribute(ctx, path.Root(name), &value)...)
		if value.IsNull() {
			return
		}
		values[name] = value
	}
	for name, value := range values {
		resp.Diagnostics.Append(resp.TargetIdentity.SetAttribute(ctx, path.Root(name), value)...)
	}
}
