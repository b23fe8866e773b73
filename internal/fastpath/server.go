// Package fastpath is all that answers before the framework: for resources of
// which nothing changes, for states of the current version, and for calls that
// come before Configure. Most of what a plan of many resources costs is the
// framework's walk through attributes that are all as they were. Wrap is its
// only door, and without it nothing changes but the time.
package fastpath

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Options say what stands before the framework.
type Options struct {
	// Configured reports that the provider is configured.
	Configured func() bool
	// Types are the resource types that are answered for.
	Types []Type
	// PlansCreates are the resource types whose planned creates have private
	// state.
	PlansCreates []string
	// Off leaves all answers to the framework.
	Off bool
}

// Slower is what the log says if the framework answers what need not go
// through it. The answers are the same.
const Slower = "the framework answers for unchanged objects as well, which takes longer; this is a bug in the provider, please report it"

// Wrap puts before the framework's server what answers in its place. What
// cannot be put there is left out; the error is the reason, for the log.
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

// server is all that a server of the protocol can be asked. The last three are
// optional, and hidden by a wrapper that does not name them.
type server interface {
	tfprotov6.ProviderServer
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // deprecated only in favour of being required
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // likewise
	tfprotov6.ProviderServerWithStateStores  //nolint:staticcheck // likewise
}

// frontServer answers without the framework for resources of which nothing
// changes.
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
