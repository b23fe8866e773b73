package protocol

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Instance is a resource instance in a state.
type Instance struct {
	client   *Client
	typeName string
	typ      tftypes.Object

	State    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	// Warnings are the warnings of the last call.
	Warnings []string
	// Tainted is set by a create that failed and left a state. The CLI destroys
	// such an instance before it creates it again.
	Tainted bool
}

// Import imports a resource by identity and refreshes it, as an import block
// does.
func (c *Client) Import(ctx context.Context, typeName string, identity tftypes.Value) (*Instance, error) {
	typ, err := object(c.schemas.ResourceSchemas[typeName], "resource", typeName)
	if err != nil {
		return nil, err
	}
	encoded, err := tfprotov6.NewDynamicValue(c.identity(typeName), identity)
	if err != nil {
		return nil, err
	}
	resp, err := c.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: &encoded}})
	if err != nil {
		return nil, err
	}
	if err := Failure(resp.Diagnostics); err != nil {
		return nil, err
	}
	if len(resp.ImportedResources) != 1 {
		return nil, fmt.Errorf("%d resources are imported", len(resp.ImportedResources))
	}
	i := &Instance{client: c, typeName: typeName, typ: typ}
	imported := resp.ImportedResources[0]
	read, err := c.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: imported.State, Private: imported.Private, CurrentIdentity: imported.Identity})
	if err != nil {
		return nil, err
	}
	if err := i.take(read.NewState, read.Private, read.NewIdentity, read.Diagnostics); err != nil {
		return nil, err
	}
	if i.State.IsNull() {
		return nil, errors.New("there is nothing to import")
	}
	return i, nil
}

// take stores the response of a call that succeeded.
func (i *Instance) take(state *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData, said []*tfprotov6.Diagnostic) (err error) {
	i.Warnings = Warnings(said)
	if err := Failure(said); err != nil {
		return err
	}
	i.private, i.identity = private, identity
	i.State, err = state.Unmarshal(i.typ)
	return err
}

// applied stores the response of an apply. As the CLI does, it keeps the state of
// one that failed.
func (i *Instance) applied(resp *tfprotov6.ApplyResourceChangeResponse) error {
	creates, err := i.State.IsNull(), Failure(resp.Diagnostics)
	if resp.NewState == nil {
		return err
	}
	if err := i.take(resp.NewState, resp.Private, resp.NewIdentity, nil); err != nil {
		return err
	}
	i.Warnings = Warnings(resp.Diagnostics)
	i.Tainted = (creates && err != nil || i.Tainted) && !i.State.IsNull()
	return err
}

// Plan is the plan of a CLI for an instance.
type Plan struct {
	instance *Instance
	config   *tfprotov6.DynamicValue
	planned  *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData

	Planned  tftypes.Value
	Warnings []string
	// Changes are the attributes that change. They are empty for an empty plan.
	Changes []string
	// Replaces are the attributes that require a replacement.
	Replaces []string
}

// Plan validates and plans a configuration.
func (i *Instance) Plan(ctx context.Context, config map[string]any) (*Plan, error) {
	value, err := Value(i.typ, config)
	if err != nil {
		return nil, err
	}
	p := &Plan{instance: i}
	if p.config, err = encode(i.typ, value); err != nil {
		return nil, err
	}
	valid, err := i.client.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: i.typeName, Config: p.config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true}})
	if err != nil {
		return nil, err
	}
	if err := Failure(valid.Diagnostics); err != nil {
		return nil, err
	}
	prior, err := encode(i.typ, i.State)
	if err != nil {
		return nil, err
	}
	proposed, err := encode(i.typ, i.proposed(value))
	if err != nil {
		return nil, err
	}
	resp, err := i.client.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: i.typeName, PriorState: prior, ProposedNewState: proposed, Config: p.config, PriorPrivate: i.private, PriorIdentity: i.identity})
	if err != nil {
		return nil, err
	}
	if err := Failure(resp.Diagnostics); err != nil {
		return nil, err
	}
	p.planned, p.private, p.identity, p.Warnings = resp.PlannedState, resp.PlannedPrivate, resp.PlannedIdentity, Warnings(resp.Diagnostics)
	if p.Planned, err = resp.PlannedState.Unmarshal(i.typ); err != nil {
		return nil, err
	}
	planned, was := attributes(p.Planned), attributes(i.State)
	for _, a := range i.client.schemas.ResourceSchemas[i.typeName].Block.Attributes {
		if !planned[a.Name].Equal(was[a.Name]) {
			p.Changes = append(p.Changes, a.Name)
		}
	}
	for _, path := range resp.RequiresReplace {
		p.Replaces = append(p.Replaces, path.String())
	}
	return p, nil
}

// proposed merges the configuration with the prior values of the attributes that
// the provider computes.
func (i *Instance) proposed(config tftypes.Value) tftypes.Value {
	values, was := attributes(config), attributes(i.State)
	for _, a := range i.client.schemas.ResourceSchemas[i.typeName].Block.Attributes {
		switch {
		case a.WriteOnly:
			values[a.Name] = tftypes.NewValue(a.Type, nil)
		case a.Computed && values[a.Name].IsNull() && i.State.IsNull():
			values[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
		case a.Computed && values[a.Name].IsNull():
			values[a.Name] = was[a.Name]
		}
	}
	return tftypes.NewValue(i.typ, values)
}

// Apply applies the plan.
func (p *Plan) Apply(ctx context.Context) error {
	prior, err := encode(p.instance.typ, p.instance.State)
	if err != nil {
		return err
	}
	resp, err := p.instance.client.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.instance.typeName, PriorState: prior, PlannedState: p.planned, Config: p.config, PlannedPrivate: p.private, PlannedIdentity: p.identity})
	if err != nil {
		return err
	}
	return p.instance.applied(resp)
}
