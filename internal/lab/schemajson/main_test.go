package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// The output equals that of the installed CLI for the real provider, for every kind of schema that the CLI's version
// knows.
//
// With our runner: what the CLI says of a schema.
func TestAccSchemaIsTheCLIs(t *testing.T) {
	t.Parallel()

	w := acctest.NewWorkspace(t)
	w.Config()
	result := w.Run("providers", "schema", "-json")
	if result.Code != 0 {
		t.Fatal(result.Output())
	}
	var theirs map[string]json.RawMessage
	for host, schema := range schemas(t, []byte(result.Stdout)) {
		if strings.HasSuffix(host, "/cos-terraform/cos") {
			decode(t, schema, &theirs)
		}
	}

	var out bytes.Buffer
	if err := run(t.Context(), providerserver.NewProtocol6(provider.New("dev")())(), &out); err != nil {
		t.Fatal(err)
	}
	var ours map[string]json.RawMessage
	decode(t, schemas(t, out.Bytes())[address], &ours)

	for _, kind := range []string{"provider", "resource_schemas"} {
		if _, there := theirs[kind]; !there {
			t.Errorf("the CLI says nothing of %s: this test compares nothing", kind)
		}
	}
	for kind, want := range theirs {
		var wantValue, gotValue any
		decode(t, want, &wantValue)
		decode(t, ours[kind], &gotValue)
		if diff := cmp.Diff(wantValue, gotValue); diff != "" {
			t.Errorf("%s, as the CLI has it (-) and as it is here (+):\n%s", kind, diff)
		}
	}
}

func schemas(t *testing.T, text []byte) map[string]json.RawMessage {
	t.Helper()
	var doc struct {
		FormatVersion string                     `json:"format_version"`
		Schemas       map[string]json.RawMessage `json:"provider_schemas"`
	}
	decode(t, text, &doc)
	if doc.FormatVersion != "1.0" {
		t.Errorf("format version %q", doc.FormatVersion)
	}
	return doc.Schemas
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
}

// fake is a provider with one schema of each kind.
type fake struct {
	tfprotov6.ProviderServer
	problem []*tfprotov6.Diagnostic
}

func (f fake) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	leaf := &tfprotov6.SchemaAttribute{Name: "leaf", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true, WriteOnly: true}
	entity := &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{
		Description: "what it is", DescriptionKind: tfprotov6.StringKindMarkdown,
		Attributes: []*tfprotov6.SchemaAttribute{
			leaf,
			{Name: "branch", NestedType: &tfprotov6.SchemaObject{Nesting: tfprotov6.SchemaObjectNestingModeList, Attributes: []*tfprotov6.SchemaAttribute{leaf}}, Computed: true},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{
			{TypeName: "twig", Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle, MaxItems: 1, Block: &tfprotov6.SchemaBlock{Deprecated: true}},
		},
	}}
	one := map[string]*tfprotov6.Schema{"x": entity}
	return &tfprotov6.GetProviderSchemaResponse{
		Diagnostics:              f.problem,
		Provider:                 &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		DataSourceSchemas:        one,
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{},
		ActionSchemas:            map[string]*tfprotov6.ActionSchema{"a": {Schema: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}}},
		Functions: map[string]*tfprotov6.Function{"f": {
			Summary: "short", Description: "long", Return: &tfprotov6.FunctionReturn{Type: tftypes.Bool},
			Parameters:        []*tfprotov6.FunctionParameter{{Name: "p", Type: tftypes.String, AllowNullValue: true}},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Number},
		}},
	}, nil
}

func (f fake) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
		"x": {Version: 1, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{{Name: "id", Type: tftypes.String, RequiredForImport: true}}},
	}}, nil
}

func TestRun(t *testing.T) {
	t.Parallel()

	const leaf = `{"type": ["set", "string"], "description_kind": "plain", "optional": true, "write_only": true}`
	want := `{"format_version": "1.0", "provider_schemas": {"registry.terraform.io/hashicorp/cos": {
		"provider": {"version": 0, "block": {"description_kind": "plain"}},
		"data_source_schemas": {"x": {"version": 2, "block": {
			"description": "what it is", "description_kind": "markdown",
			"attributes": {
				"leaf": ` + leaf + `,
				"branch": {"nested_type": {"nesting_mode": "list", "attributes": {"leaf": ` + leaf + `}}, "description_kind": "plain", "computed": true}
			},
			"block_types": {"twig": {"nesting_mode": "single", "max_items": 1, "block": {"description_kind": "plain", "deprecated": true}}}
		}}},
		"action_schemas": {"a": {"block": {"description_kind": "plain"}}},
		"functions": {"f": {"summary": "short", "description": "long", "return_type": "bool",
			"parameters": [{"name": "p", "type": "string", "is_nullable": true}],
			"variadic_parameter": {"name": "more", "type": "number"}}},
		"resource_identity_schemas": {"x": {"version": 1, "attributes": {"id": {"type": "string", "required_for_import": true}}}}
	}}}`

	var out bytes.Buffer
	if err := run(t.Context(), fake{}, &out); err != nil {
		t.Fatal(err)
	}
	var wantValue, gotValue any
	decode(t, []byte(want), &wantValue)
	decode(t, out.Bytes(), &gotValue)
	if diff := cmp.Diff(wantValue, gotValue); diff != "" {
		t.Error(diff)
	}
}

func TestRunFailsWithTheProvider(t *testing.T) {
	t.Parallel()

	problem := []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "never mind"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "no schema", Detail: "today"},
	}
	err := run(t.Context(), fake{problem: problem}, &bytes.Buffer{})
	if err == nil || err.Error() != "no schema: today" {
		t.Errorf("error %v, want that of the provider", err)
	}
}
