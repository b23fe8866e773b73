package fastpath

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// configuredServer refuses calls that need a configured provider until it is
// configured. The CLI always configures first and stops if that fails. Other
// clients of the protocol do not, and the resources would use missing data.
type configuredServer struct {
	server

	configured func() bool
}

var notConfigured = []*tfprotov6.Diagnostic{{
	Severity: tfprotov6.DiagnosticSeverityError,
	Summary:  "Provider Not Configured",
	Detail:   "The provider received a request that needs its configuration, but it has not been configured, or its configuration was invalid. Terraform and OpenTofu configure a provider first: this is a bug in the program that called it.",
}}

func (s *configuredServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	if !s.configured() {
		return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private, NewIdentity: req.CurrentIdentity, Diagnostics: notConfigured}, nil
	}
	return s.server.ReadResource(ctx, req)
}

func (s *configuredServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if !s.configured() {
		return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: req.PriorIdentity, Diagnostics: notConfigured}, nil
	}
	return s.server.PlanResourceChange(ctx, req)
}

func (s *configuredServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if !s.configured() {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PriorState, Private: req.PlannedPrivate, NewIdentity: req.PlannedIdentity, Diagnostics: notConfigured}, nil
	}
	return s.server.ApplyResourceChange(ctx, req)
}

func (s *configuredServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	if !s.configured() {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: notConfigured}, nil
	}
	return s.server.ImportResourceState(ctx, req)
}

func (s *configuredServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	if !s.configured() {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: notConfigured}, nil
	}
	return s.server.ReadDataSource(ctx, req)
}

func (s *configuredServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	if !s.configured() {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: notConfigured}, nil
	}
	return s.server.OpenEphemeralResource(ctx, req)
}

func (s *configuredServer) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	if !s.configured() {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: notConfigured}, nil
	}
	return s.server.RenewEphemeralResource(ctx, req)
}

func (s *configuredServer) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	if !s.configured() {
		return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: notConfigured}, nil
	}
	return s.server.CloseEphemeralResource(ctx, req)
}

func (s *configuredServer) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	if !s.configured() {
		return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) {
			yield(tfprotov6.ListResourceResult{Diagnostics: notConfigured})
		}}, nil
	}
	return s.server.ListResource(ctx, req)
}

func (s *configuredServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	if !s.configured() {
		return &tfprotov6.PlanActionResponse{Diagnostics: notConfigured}, nil
	}
	return s.server.PlanAction(ctx, req)
}

func (s *configuredServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	if !s.configured() {
		return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) {
			yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: notConfigured}})
		}}, nil
	}
	return s.server.InvokeAction(ctx, req)
}
