// Command schemajson prints the provider's schemas in the format of "terraform providers schema -json", for the
// documentation generator. It asks the provider directly, because the output of a CLI depends on its version: actions
// and list resources need Terraform 1.14 and identities 1.12.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// address is where the generator looks for the schema, independent of the provider's own address.
const address = "registry.terraform.io/hashicorp/cos"

func main() {
	server := providerserver.NewProtocol6(provider.New("dev")())()
	if err := run(context.Background(), server, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, server tfprotov6.ProviderServer, out io.Writer) error {
	converted, err := providerSchema(ctx, server)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document{FormatVersion: "1.0", Schemas: map[string]schema{address: converted}})
}

// providerSchema requests the schemas from the provider.
func providerSchema(ctx context.Context, server tfprotov6.ProviderServer) (schema, error) {
	all, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return schema{}, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return schema{}, err
	}
	if err := errors.Join(failure(all.Diagnostics), failure(identities.Diagnostics)); err != nil {
		return schema{}, err
	}
	return schema{
		Provider:           toEntity(all.Provider),
		Resources:          each(all.ResourceSchemas, toEntity),
		DataSources:        each(all.DataSourceSchemas, toEntity),
		EphemeralResources: each(all.EphemeralResourceSchemas, toEntity),
		ListResources:      each(all.ListResourceSchemas, toEntity),
		Actions:            each(all.ActionSchemas, toAction),
		Functions:          each(all.Functions, toFunction),
		Identities:         each(identities.IdentitySchemas, toIdentity),
	}, nil
}

// failure returns the first error among diagnostics, or nil.
func failure(diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}
