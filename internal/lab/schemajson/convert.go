package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// each converts the values of a map.
func each[From, To any](values map[string]From, one func(From) To) map[string]To {
	converted := make(map[string]To, len(values))
	for name, value := range values {
		converted[name] = one(value)
	}
	return converted
}

// byName converts a list to a map.
func byName[From, To any](values []From, one func(From) (string, To)) map[string]To {
	converted := make(map[string]To, len(values))
	for _, value := range values {
		name, to := one(value)
		converted[name] = to
	}
	return converted
}

func toEntity(s *tfprotov6.Schema) *entity {
	return &entity{Version: s.Version, Block: toBlock(s.Block)}
}

func toAction(s *tfprotov6.ActionSchema) action {
	return action{Block: toBlock(s.Schema.Block)}
}

func toBlock(b *tfprotov6.SchemaBlock) block {
	return block{
		Attributes:      byName(b.Attributes, toAttribute),
		Blocks:          byName(b.BlockTypes, toBlockType),
		Description:     b.Description,
		DescriptionKind: strings.ToLower(b.DescriptionKind.String()),
		Deprecated:      b.Deprecated,
	}
}

func toBlockType(b *tfprotov6.SchemaNestedBlock) (string, blockType) {
	return b.TypeName, blockType{
		NestingMode: strings.ToLower(b.Nesting.String()),
		Block:       toBlock(b.Block),
		MinItems:    b.MinItems,
		MaxItems:    b.MaxItems,
	}
}

func toAttribute(a *tfprotov6.SchemaAttribute) (string, attribute) {
	converted := attribute{
		Type:            a.Type,
		Description:     a.Description,
		DescriptionKind: strings.ToLower(a.DescriptionKind.String()),
		Deprecated:      a.Deprecated,
		Required:        a.Required,
		Optional:        a.Optional,
		Computed:        a.Computed,
		Sensitive:       a.Sensitive,
		WriteOnly:       a.WriteOnly,
	}
	if a.NestedType != nil {
		converted.NestedType = &nestedType{
			Attributes:  byName(a.NestedType.Attributes, toAttribute),
			NestingMode: strings.ToLower(a.NestedType.Nesting.String()),
		}
	}
	return a.Name, converted
}

func toFunction(f *tfprotov6.Function) function {
	converted := function{
		Summary:            f.Summary,
		Description:        f.Description,
		DeprecationMessage: f.DeprecationMessage,
		ReturnType:         f.Return.Type,
	}
	for _, p := range f.Parameters {
		converted.Parameters = append(converted.Parameters, toParameter(p))
	}
	if f.VariadicParameter != nil {
		last := toParameter(f.VariadicParameter)
		converted.VariadicParameter = &last
	}
	return converted
}

func toParameter(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: p.Type}
}

func toIdentity(s *tfprotov6.ResourceIdentitySchema) identity {
	return identity{Version: s.Version, Attributes: byName(s.IdentityAttributes,
		func(a *tfprotov6.ResourceIdentitySchemaAttribute) (string, identityAttribute) {
			return a.Name, identityAttribute{
				Type:              a.Type,
				Description:       a.Description,
				RequiredForImport: a.RequiredForImport,
				OptionalForImport: a.OptionalForImport,
			}
		})}
}
