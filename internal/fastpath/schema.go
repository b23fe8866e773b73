package fastpath

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TypeOf describes a resource type by its schema. New returns an error if the
// schema lacks something.
func TypeOf(name string, r resource.Resource, answers Resource) Type {
	ctx := context.Background()
	var schema resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &schema)
	typ := Type{Name: name, Resource: answers}
	typ.Object, _ = schema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	for name, attribute := range schema.Schema.GetAttributes() {
		if attribute.IsWriteOnly() {
			typ.WriteOnly = append(typ.WriteOnly, name)
		}
		if !attribute.IsRequired() && !attribute.IsOptional() {
			typ.ReadOnly = append(typ.ReadOnly, name)
		}
	}
	slices.Sort(typ.WriteOnly)
	slices.Sort(typ.ReadOnly)
	if identified, ok := r.(resource.ResourceWithIdentity); ok {
		var identity resource.IdentitySchemaResponse
		identified.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
		typ.Identity, _ = identity.IdentitySchema.Type().TerraformType(ctx).(tftypes.Object)
	}
	return typ
}
