package provider

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Any unknown credential argument, at the top level or in a block, defers the
// resolution of credentials.
func TestUnknownCredentialArguments(t *testing.T) {
	t.Parallel()
	want := slices.Collect(maps.Keys(credentialBlocks()))
	want = slices.AppendSeq(want, maps.Keys(credentialAttributes()))
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(model{}.credentialArguments()))); diff != "" {
		t.Errorf("(-schema +model):\n%s", diff)
	}
	unknown := func(name string, values map[string]attr.Value) model {
		kinds := map[string]attr.Type{}
		for name, value := range values {
			kinds[name] = value.Type(t.Context())
		}
		object := types.ObjectValueMust(kinds, values)
		var m model
		for block, field := range map[string]*types.Object{
			blockRole: &m.AssumeRole, blockWebIdentity: &m.AssumeRoleWithWebIdentity, blockSAML: &m.AssumeRoleWithSAML, blockMFA: &m.MFACertification,
		} {
			if block == name {
				*field = object
			}
		}
		return m
	}
	for name, block := range credentialBlocks() {
		nested, ok := block.(schema.SingleNestedBlock)
		if !ok {
			t.Fatalf("%s is no single block", name)
		}
		for argument, a := range nested.Attributes {
			var value attr.Value = types.StringUnknown()
			if a.GetType().Equal(types.NumberType) {
				value = types.NumberUnknown()
			}
			m := unknown(name, map[string]attr.Value{argument: value})
			if diff := cmp.Diff([]string{name}, m.unknownCredentials()); diff != "" {
				t.Errorf("%s in %s (-want +got):\n%s", argument, name, diff)
			}
			if diags := m.validateCredentials(); diags.HasError() {
				t.Errorf("%s in %s: %v", argument, name, diags)
			}
		}
	}
}
