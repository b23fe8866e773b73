package protocol

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// HasAction reports whether the provider has an action.
func (c *Client) HasAction(actionType string) bool { return c.schemas.ActionSchemas[actionType] != nil }

// Invoke validates, plans and invokes an action, and returns its progress. The
// error is that of the action.
func (c *Client) Invoke(ctx context.Context, actionType string, config map[string]any) (progress []string, err error) {
	server, ok := c.server.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // deprecated only in favour of being required
	if !ok || !c.HasAction(actionType) {
		return nil, fmt.Errorf("the provider has no action %s", actionType)
	}
	typ, err := object(c.schemas.ActionSchemas[actionType].Schema, "action", actionType)
	if err != nil {
		return nil, err
	}
	value, err := encode(typ, config)
	if err != nil {
		return nil, err
	}
	valid, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: value})
	if err != nil {
		return nil, err
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: actionType, Config: value})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(Failure(valid.Diagnostics), Failure(planned.Diagnostics)); err != nil {
		return nil, err
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: value})
	if err != nil {
		return nil, err
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			err = errors.Join(err, Failure(e.Diagnostics))
		}
	}
	return progress, err
}
