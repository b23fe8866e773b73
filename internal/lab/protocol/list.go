package protocol

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Listed is one result of a list.
type Listed struct {
	DisplayName string
	Identity    tftypes.Value
	Resource    tftypes.Value // null if it was not requested
	Warnings    []string
}

// List validates the configuration of a list and runs it as terraform query does:
// it reads at most limit results, and returns no results with an error.
func (c *Client) List(ctx context.Context, typeName string, config map[string]any, limit int64, whole bool) ([]Listed, error) {
	typ, err := object(c.schemas.ListResourceSchemas[typeName], "list resource", typeName)
	if err != nil {
		return nil, err
	}
	server, ok := c.server.(Server)
	if !ok {
		return nil, errors.New("the provider lists nothing")
	}
	value, err := encode(typ, config)
	if err != nil {
		return nil, err
	}
	valid, err := server.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: value})
	if err != nil {
		return nil, err
	}
	if err := Failure(valid.Diagnostics); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: typeName, Config: value, IncludeResource: whole, Limit: limit})
	if err != nil {
		return nil, err
	}
	var all []Listed
	for result := range stream.Results {
		if err := Failure(result.Diagnostics); err != nil {
			return nil, err
		}
		one, err := c.listed(typeName, result)
		if err != nil {
			return nil, err
		}
		if all = append(all, one); limit > 0 && int64(len(all)) == limit {
			break
		}
	}
	return all, nil
}

func (c *Client) listed(typeName string, result tfprotov6.ListResourceResult) (Listed, error) {
	one := Listed{DisplayName: result.DisplayName, Warnings: Warnings(result.Diagnostics)}
	if result.Identity == nil || result.Identity.IdentityData == nil {
		return one, errors.New("a result without an identity")
	}
	var err error
	if one.Identity, err = result.Identity.IdentityData.Unmarshal(c.identity(typeName)); err != nil {
		return one, err
	}
	typ, err := object(c.schemas.ResourceSchemas[typeName], "resource", typeName)
	if err != nil {
		return one, err
	}
	one.Resource = tftypes.NewValue(typ, nil)
	if result.Resource != nil {
		one.Resource, err = result.Resource.Unmarshal(typ)
	}
	return one, err
}

// Generate returns the configuration that terraform query -generate-config-out
// writes for a resource. It omits attributes that cannot be configured, sensitive
// attributes and empty values.
func (c *Client) Generate(typeName string, resource tftypes.Value) map[string]any {
	config := map[string]any{}
	all := attributes(resource)
	for _, a := range c.schemas.ResourceSchemas[typeName].Block.Attributes {
		v, ok := all[a.Name]
		switch {
		case !ok, v.IsNull(), a.Deprecated, a.Sensitive, !a.Required && !a.Optional:
		case v.Type().Is(tftypes.String) && !a.Required && Text(resource, a.Name) == "":
		default:
			config[a.Name] = v
		}
	}
	return config
}

// identity returns the type of a resource's identity.
func (c *Client) identity(typeName string) tftypes.Object {
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
	if schema := c.identities.IdentitySchemas[typeName]; schema != nil {
		for _, a := range schema.IdentityAttributes {
			typ.AttributeTypes[a.Name] = a.Type
		}
	}
	return typ
}
