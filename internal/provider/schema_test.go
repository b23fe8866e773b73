package provider_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	cosprovider "github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// schemas returns all schemas of the provider by name.
func schemas(t *testing.T) map[string]any {
	t.Helper()
	ctx := t.Context()
	p := cosprovider.New("test")()
	var resp provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &resp)
	all := map[string]any{"provider": resp.Schema}
	for i, create := range p.Resources(ctx) {
		var resp resource.SchemaResponse
		create().Schema(ctx, resource.SchemaRequest{}, &resp)
		all[fmt.Sprintf("resource %d", i)] = resp.Schema
	}
	for i, create := range p.DataSources(ctx) {
		var resp datasource.SchemaResponse
		create().Schema(ctx, datasource.SchemaRequest{}, &resp)
		all[fmt.Sprintf("data source %d", i)] = resp.Schema
	}
	if p, ok := p.(provider.ProviderWithEphemeralResources); ok {
		for i, create := range p.EphemeralResources(ctx) {
			var resp ephemeral.SchemaResponse
			create().Schema(ctx, ephemeral.SchemaRequest{}, &resp)
			all[fmt.Sprintf("ephemeral resource %d", i)] = resp.Schema
		}
	}
	return all
}

// walk visits every attribute and block of a schema. It uses reflection because
// the schema kinds have fields of the same names but no common type.
func walk(path string, schema reflect.Value, visit func(path string, attribute reflect.Value)) int {
	visited := 0
	for _, list := range []string{"Attributes", "Blocks"} {
		field := schema.FieldByName(list)
		if !field.IsValid() {
			continue
		}
		for _, name := range field.MapKeys() {
			attribute := field.MapIndex(name).Elem()
			at := path + "." + name.String()
			visit(at, attribute)
			visited += 1 + walk(at, attribute, visit)
			if nested := attribute.FieldByName("NestedObject"); nested.IsValid() {
				visited += walk(at, nested, visit)
			}
		}
	}
	return visited
}

func flag(attribute reflect.Value, name string) bool {
	field := attribute.FieldByName(name)
	return field.IsValid() && field.Bool()
}

func empty(attribute reflect.Value, name string) bool {
	field := attribute.FieldByName(name)
	return !field.IsValid() || field.IsZero()
}

// secret reports whether an attribute's name suggests that it holds a secret.
func secret(path string) bool {
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case strings.HasSuffix(name, "_name"), strings.HasSuffix(name, "_md5"), strings.HasSuffix(name, "_version"), strings.HasSuffix(name, "_id"), strings.HasSuffix(name, "_file"):
		return false
	case strings.HasPrefix(name, "allow_"): // restricts secrets but is none
		return false
	case name == "content", name == "content_base64", name == "content_wo":
		return true
	}
	for _, word := range []string{"secret_key", "token", "customer_key", "password"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	visited, secrets := 0, 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		schema := reflect.ValueOf(all[name])
		if empty(schema, "MarkdownDescription") {
			t.Errorf("%s has no description", name)
		}
		visited += walk(name, schema, func(path string, a reflect.Value) {
			if text := a.FieldByName("MarkdownDescription"); !text.IsValid() || !strings.HasSuffix(text.String(), ".") {
				t.Errorf("%s has no description that is a sentence", path)
			}
			// A default would show as a difference after an import.
			if !empty(a, "Default") {
				t.Errorf("%s has a default", path)
			}
			hidden := flag(a, "Sensitive")
			// The framework's validators quote the rejected value.
			if hidden && !empty(a, "Validators") {
				t.Errorf("%s is sensitive and has validators", path)
			}
			if !secret(path) {
				return
			}
			secrets++
			if !hidden && !flag(a, "WriteOnly") {
				t.Errorf("%s is neither sensitive nor write-only", path)
			}
			if flag(a, "Computed") && !hidden {
				t.Errorf("%s is computed and not sensitive", path)
			}
		})
	}
	if visited < 40 || secrets < 5 {
		t.Errorf("only %d attributes and %d secrets were visited: the walk does not reach them", visited, secrets)
	}
}
