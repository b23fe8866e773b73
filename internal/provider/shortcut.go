package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/object"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/unchanged"
)

// objectName is the resource type that the front answers for.
const objectName = "cos_encrypted_object"

// frontServer answers for objects of which nothing changes without the
// framework.
type frontServer struct {
	server

	front *unchanged.Front
}

func (s *frontServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if resp := s.front.Validate(ctx, req); resp != nil {
		return resp, nil
	}
	return s.server.ValidateResourceConfig(ctx, req)
}

func (s *frontServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	ctx, resp := s.front.Plan(ctx, req)
	if resp != nil {
		return resp, nil
	}
	return s.server.PlanResourceChange(ctx, req)
}

func (s *frontServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	ctx, resp := s.front.Read(ctx, req)
	if resp != nil {
		return resp, nil
	}
	return s.server.ReadResource(ctx, req)
}

// objects describes cos_encrypted_object as its schema does. data returns what
// the provider was configured with.
func objects(data func() *providerdata.Data) unchanged.Type {
	ctx := context.Background()
	r := object.NewResource()
	var schema resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &schema)
	typ := unchanged.Type{Name: objectName, Resource: object.Shortcut{Data: data}}
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
