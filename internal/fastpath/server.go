// Package fastpath answers calls without the framework: for resources that do not
// change, for states of the current schema version, and for calls before
// Configure. In a plan of many resources, the framework spends most of the time
// on walking unchanged attributes. Wrap is the only entry point. It affects the
// time that calls take, but not their results.
package fastpath

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Options configure Wrap.
type Options struct {
	// Configured reports whether the provider is configured.
	Configured func() bool
	// Types are the resource types with a fast path.
	Types []Type
	// PlansCreates are the resource types whose planned creates have private
	// state.
	PlansCreates []string
	// Off leaves all calls to the framework.
	Off bool
}

// Slower is logged if the framework has to answer calls that have a fast path.
// The answers are the same.
const Slower = "the framework answers for unchanged objects as well, which takes longer; this is a bug in the provider, please report it"

// Wrap adds the fast path to the framework's server. It leaves out a part that
// cannot be added; the error is the reason, for the log.
func Wrap(framework tfprotov6.ProviderServer, opts Options) (tfprotov6.ProviderServer, error) {
	whole, ok := framework.(server)
	if !ok {
		return framework, fmt.Errorf("the framework's server, a %T, cannot be asked all that this provider passes on", framework)
	}
	configured := &configuredServer{server: &createsServer{server: whole, types: opts.PlansCreates}, configured: opts.Configured}
	if opts.Off {
		return configured, nil
	}
	passing := &passStates{server: configured}
	fronts := make(map[string]*Front, len(opts.Types))
	for _, typ := range opts.Types {
		front, err := New(typ)
		if err != nil {
			return passing, fmt.Errorf("the schema of %s is not as expected: %w", typ.Name, err)
		}
		fronts[typ.Name] = front
	}
	return &frontServer{server: passing, fronts: fronts}, nil
}

// server contains all methods of the protocol. The last three interfaces are
// optional, and a wrapper that does not embed them would hide them.
type server interface {
	tfprotov6.ProviderServer
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // deprecated only in favour of being required
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // likewise
	tfprotov6.ProviderServerWithStateStores  //nolint:staticcheck // likewise
}

// frontServer answers for unchanged resources without the framework.
type frontServer struct {
	server

	fronts map[string]*Front // by resource type
}

func (s *frontServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if front := s.fronts[req.TypeName]; front != nil {
		if resp := front.Validate(ctx, req); resp != nil {
			return resp, nil
		}
	}
	return s.server.ValidateResourceConfig(ctx, req)
}

func (s *frontServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if front := s.fronts[req.TypeName]; front != nil {
		if resp := front.Plan(ctx, req); resp != nil {
			return resp, nil
		}
	}
	return s.server.PlanResourceChange(ctx, req)
}

func (s *frontServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	if front := s.fronts[req.TypeName]; front != nil {
		if resp := front.Read(ctx, req); resp != nil {
			return resp, nil
		}
	}
	return s.server.ReadResource(ctx, req)
}
