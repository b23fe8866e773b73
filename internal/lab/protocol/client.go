// Package protocol is a client of the plugin protocol for tests. It makes the
// calls of a CLI to a provider in the same process, so that features that need a
// newer CLI than the installed one, such as lists and generated configuration,
// can be tested.
package protocol

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Client is a configured provider.
type Client struct {
	*Schemas

	server tfprotov6.ProviderServer
}

// Schemas are the schemas of a provider. Like a CLI, a test can ask for them once
// and use them for every provider that it starts afterwards.
type Schemas struct {
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// Server is the part of the provider's interface that Client needs.
type Server interface {
	tfprotov6.ProviderServer
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // deprecated only in favour of being required
}

// Start configures a provider and returns a client for it.
func Start(ctx context.Context, server tfprotov6.ProviderServer, config map[string]any) (*Client, error) {
	s, err := SchemasOf(ctx, server)
	if err != nil {
		return nil, err
	}
	return s.Start(ctx, server, config)
}

// SchemasOf asks a provider for its schemas.
func SchemasOf(ctx context.Context, server tfprotov6.ProviderServer) (*Schemas, error) {
	var s Schemas
	var err error
	if s.schemas, err = server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		return nil, err
	}
	if s.identities, err = server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{}); err != nil {
		return nil, err
	}
	return &s, errors.Join(Failure(s.schemas.Diagnostics), Failure(s.identities.Diagnostics))
}

// Start configures a provider that has these schemas and returns a client for it.
func (s *Schemas) Start(ctx context.Context, server tfprotov6.ProviderServer, config map[string]any) (*Client, error) {
	c := &Client{Schemas: s, server: server}
	value, err := encode(c.schemas.Provider.ValueType(), config)
	if err != nil {
		return nil, err
	}
	resp, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: value})
	if err != nil {
		return nil, err
	}
	return c, Failure(resp.Diagnostics)
}

// Failure joins the errors among diagnostics. It returns nil if there are none.
func Failure(diagnostics []*tfprotov6.Diagnostic) error {
	var all []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			all = append(all, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(all...)
}

// Warnings returns the warnings among diagnostics as "summary: detail".
func Warnings(diagnostics []*tfprotov6.Diagnostic) []string {
	var all []string
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			all = append(all, d.Summary+": "+d.Detail)
		}
	}
	return all
}

// object returns the type of a schema's values.
func object(schema *tfprotov6.Schema, kind, name string) (tftypes.Object, error) {
	if schema == nil {
		return tftypes.Object{}, fmt.Errorf("the provider has no %s %s", kind, name)
	}
	typ, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		return tftypes.Object{}, fmt.Errorf("the %s %s is no object", kind, name)
	}
	return typ, nil
}
