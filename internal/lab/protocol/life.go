package protocol

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// New is an instance that is declared and not created yet.
func (c *Client) New(typeName string) (*Instance, error) {
	typ, err := object(c.schemas.ResourceSchemas[typeName], "resource", typeName)
	if err != nil {
		return nil, err
	}
	return &Instance{client: c, typeName: typeName, typ: typ, State: tftypes.NewValue(typ, nil)}, nil
}

// Continue hands the instance to another process of the provider, as the next
// command of a CLI does.
func (i *Instance) Continue(c *Client) { i.client = c }

// Refresh reads the instance, if it exists.
func (i *Instance) Refresh(ctx context.Context) error {
	if i.State.IsNull() {
		return nil
	}
	state, err := encode(i.typ, i.State)
	if err != nil {
		return err
	}
	resp, err := i.client.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: i.typeName, CurrentState: state, Private: i.private, CurrentIdentity: i.identity})
	if err != nil {
		return err
	}
	return i.take(resp.NewState, resp.Private, resp.NewIdentity, resp.Diagnostics)
}

// Destroy plans the destruction and applies it.
func (i *Instance) Destroy(ctx context.Context) error {
	prior, err := encode(i.typ, i.State)
	if err != nil {
		return err
	}
	null, err := encode(i.typ, nil)
	if err != nil {
		return err
	}
	planned, err := i.client.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: i.typeName, PriorState: prior, ProposedNewState: null, Config: null, PriorPrivate: i.private, PriorIdentity: i.identity})
	if err != nil {
		return err
	}
	if err := Failure(planned.Diagnostics); err != nil {
		return err
	}
	resp, err := i.client.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: i.typeName, PriorState: prior, PlannedState: null, Config: null, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity})
	if err != nil {
		return err
	}
	err = i.applied(resp)
	i.Warnings = append(Warnings(planned.Diagnostics), i.Warnings...)
	return err
}

// Attribute is one of the state.
func (i *Instance) Attribute(name string) tftypes.Value { return attributes(i.State)[name] }

// ApplyWith applies with the configuration as it is written: what the CLI was
// told to ignore, it hides from a plan only.
func (p *Plan) ApplyWith(ctx context.Context, config map[string]any) (err error) {
	value, err := Value(p.instance.typ, config)
	if err != nil {
		return err
	}
	if p.config, err = encode(p.instance.typ, value); err != nil {
		return err
	}
	return p.Apply(ctx)
}
