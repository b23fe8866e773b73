package pages_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// Every sensitive or write-only attribute has a row in the table of secrets.
func TestSecretsTableHasEverySecret(t *testing.T) {
	t.Parallel()
	schemas, err := provider.Server("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder // first column
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \|`).FindAllStringSubmatch(guide(t, "secrets"), -1) {
		table.WriteString(row[1] + "\n")
	}
	secrets := 0
	check := func(what string, schema *tfprotov6.Schema) {
		for _, name := range secretsOf(schema.Block) {
			secrets++
			if !strings.Contains(table.String(), "`"+name+"`") {
				t.Errorf("the table does not name %s of %s", name, what)
			}
		}
	}
	check("the provider", schemas.Provider)
	for name, schema := range schemas.ResourceSchemas {
		check("the resource "+name, schema)
	}
	for name, schema := range schemas.DataSourceSchemas {
		check("the data source "+name, schema)
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		check("the ephemeral resource "+name, schema)
	}
	if secrets < 15 {
		t.Errorf("only %d secrets were found", secrets)
	}
}

// secretsOf returns the names of the sensitive and write-only attributes of a
// block and its nested blocks.
func secretsOf(block *tfprotov6.SchemaBlock) []string {
	var names []string
	for _, a := range block.Attributes {
		if a.Sensitive || a.WriteOnly {
			names = append(names, a.Name)
		}
	}
	for _, nested := range block.BlockTypes {
		names = append(names, secretsOf(nested.Block)...)
	}
	return names
}
