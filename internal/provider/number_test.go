package provider

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// anyNumber lists the arguments that accept every number.
var anyNumber = []string{"resource cos_encrypted_object.content_wo_version"}

// Numbers that an argument does not accept are rejected with a message from this
// provider; the framework's integer types report them as a provider bug. The
// schemas come from the protocol, so no argument is left out.
func TestNumbersThatAreNotWhole(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := newServer("test", environment(), framework)
	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	try := func(owner string, schema *tfprotov6.Schema, validate func(*tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error)) {
		for _, at := range numbers(nil, schema.Block) {
			name := owner + "." + strings.Join(at, ".")
			tried[name] = true
			for _, text := range []string{"1.5", "1208925819614629174706176", "-1208925819614629174706176"} {
				value, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
				if err != nil {
					t.Fatal(err)
				}
				typ := schema.ValueType()
				config, err := tfprotov6.NewDynamicValue(typ, with(typ, at, value))
				if err != nil {
					t.Fatal(err)
				}
				diags, err := validate(&config)
				if err != nil {
					t.Fatal(err)
				}
				refused := false
				for _, d := range diags {
					if whole := d.Summary + "\n" + d.Detail; strings.Contains(whole, "Conversion") || strings.Contains(whole, "error in the provider") {
						t.Errorf("%s = %s: %s", name, text, whole)
					}
					refused = refused || strings.Contains(d.Attribute.String(), at[len(at)-1]) && strings.Contains(d.Detail, at[len(at)-1]+" is ")
				}
				if refused == slices.Contains(anyNumber, name) {
					t.Errorf("%s = %s: refused: %t", name, text, refused)
				}
			}
		}
	}
	try("provider", schemas.Provider, func(config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
		resp, err := s.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
		return resp.Diagnostics, err
	})
	for name, schema := range schemas.ResourceSchemas {
		try("resource "+name, schema, func(config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config,
				ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true}})
			return resp.Diagnostics, err
		})
	}
	for name, schema := range schemas.DataSourceSchemas {
		try("data "+name, schema, func(config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
			return resp.Diagnostics, err
		})
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		try("ephemeral "+name, schema, func(config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
			return resp.Diagnostics, err
		})
	}
	unreachable := func(kind string, schema *tfprotov6.Schema) {
		if at := numbers(nil, schema.Block); len(at) > 0 {
			t.Errorf("%s has numbers that this test does not try: %q", kind, at)
		}
	}
	for name, schema := range schemas.ListResourceSchemas {
		try("list "+name, schema, func(config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			return validateList(ctx, t, s, name, config)
		})
	}
	for name, schema := range schemas.ActionSchemas {
		try("action "+name, schema.Schema, func(config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			return validateAction(ctx, t, s, name, config)
		})
	}
	if schemas.ProviderMeta != nil {
		unreachable("provider_meta", schemas.ProviderMeta)
	}
	for name, f := range schemas.Functions {
		for _, p := range append(slices.Clone(f.Parameters), f.VariadicParameter) {
			if p != nil && p.Type.Is(tftypes.Number) {
				t.Errorf("function %s has a number that this test does not try", name)
			}
		}
	}
	for _, name := range append(slices.Clone(anyNumber), "provider.max_retries", "provider.part_size", "provider.assume_role.session_duration", "provider.mfa_certification.duration_seconds", "ephemeral cos_encrypted_object.max_bytes") {
		if !tried[name] {
			t.Errorf("%s was not tried: the walk does not reach it. Tried: %q", name, slices.Sorted(maps.Keys(tried)))
		}
	}
}

func validateList(ctx context.Context, t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	t.Helper()
	lists, ok := s.(tfprotov6.ProviderServerWithListResource) //nolint:staticcheck // deprecated only in favour of being required
	if !ok {
		t.Fatal("no list resources")
	}
	resp, err := lists.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: config})
	return resp.Diagnostics, err
}

func validateAction(ctx context.Context, t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	t.Helper()
	actions, ok := s.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // likewise
	if !ok {
		t.Fatal("no actions")
	}
	resp, err := actions.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})
	return resp.Diagnostics, err
}

// numbers returns the paths of all number arguments of a block. It omits
// collection indexes, because with puts one element into each collection.
func numbers(at []string, block *tfprotov6.SchemaBlock) [][]string {
	var all [][]string
	for _, a := range block.Attributes {
		all = append(all, numbersOf(at, a)...)
	}
	for _, nested := range block.BlockTypes {
		all = append(all, numbers(append(slices.Clone(at), nested.TypeName), nested.Block)...)
	}
	return all
}

func numbersOf(at []string, a *tfprotov6.SchemaAttribute) [][]string {
	here := append(slices.Clone(at), a.Name)
	switch {
	case !a.Required && !a.Optional:
		return nil
	case a.NestedType != nil:
		var all [][]string
		for _, nested := range a.NestedType.Attributes {
			all = append(all, numbersOf(here, nested)...)
		}
		return all
	case a.Type.Is(tftypes.Number):
		return [][]string{here}
	case strings.Contains(fmt.Sprint(a.Type), "Number"):
		return [][]string{append(here, "(numbers in "+fmt.Sprint(a.Type)+")")} // with does not support it, so the test fails
	}
	return nil
}

// with returns a value of a type in which everything is null except one number.
func with(typ tftypes.Type, at []string, n *big.Float) tftypes.Value {
	switch t := typ.(type) {
	case tftypes.Object:
		values := map[string]tftypes.Value{}
		for name, typ := range t.AttributeTypes {
			values[name] = tftypes.NewValue(typ, nil)
		}
		values[at[0]] = with(t.AttributeTypes[at[0]], at[1:], n)
		return tftypes.NewValue(typ, values)
	case tftypes.List:
		return tftypes.NewValue(typ, []tftypes.Value{with(t.ElementType, at, n)})
	case tftypes.Set:
		return tftypes.NewValue(typ, []tftypes.Value{with(t.ElementType, at, n)})
	case tftypes.Map:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"a": with(t.ElementType, at, n)})
	}
	return tftypes.NewValue(typ, n)
}
