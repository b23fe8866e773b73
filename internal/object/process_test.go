package object_test

import (
	"context"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// schemas are the provider's schemas. They are expensive under the race
// detector.
var schemas = sync.OnceValues(func() (*protocol.Schemas, error) {
	return protocol.SchemasOf(context.Background(), provider.Server("test")())
})

// newClient configures a new provider, as each command of a CLI does.
func newClient(ctx context.Context, config map[string]any) (*protocol.Client, error) {
	s, err := schemas()
	if err != nil {
		return nil, err
	}
	return s.Start(ctx, provider.Server("test")(), config)
}
