package functions_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/functions"
)

// Every function and parameter has a description in both forms, and none accepts
// null or unknown values, which the CLI handles.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	var names []string
	for _, make := range functions.All() {
		f := make()
		var meta function.MetadataResponse
		f.Metadata(t.Context(), function.MetadataRequest{}, &meta)
		names = append(names, meta.Name)
		var definition function.DefinitionResponse
		f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
		d := definition.Definition
		var valid function.DefinitionValidateResponse
		d.ValidateImplementation(t.Context(), function.DefinitionValidateRequest{FuncName: meta.Name}, &valid)
		if valid.Diagnostics.HasError() {
			t.Errorf("%s: %v", meta.Name, valid.Diagnostics)
		}
		if d.Summary == "" || d.Description == "" || d.MarkdownDescription == "" {
			t.Errorf("%s is not described", meta.Name)
		}
		for _, p := range d.Parameters {
			if p.GetName() == "" || p.GetDescription() == "" || p.GetMarkdownDescription() == "" {
				t.Errorf("%s: the parameter %q is not described", meta.Name, p.GetName())
			}
			if p.GetAllowNullValue() || p.GetAllowUnknownValues() {
				t.Errorf("%s: the parameter %q takes nulls or unknowns", meta.Name, p.GetName())
			}
		}
	}
	want := []string{"crc64", "derive_customer_key", "filecrc64", "object_url", "parse_object_url", "sse_context", "sse_customer_key", "sse_customer_key_md5"}
	slices.Sort(names)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}
