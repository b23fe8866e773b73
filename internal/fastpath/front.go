package fastpath

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Resource answers calls for resources of one type.
type Resource interface {
	// Valid reports whether a configuration, parts of which may be unknown, has
	// no diagnostics.
	Valid(ctx context.Context, config tftypes.Value) bool
	// Plan reports whether the plan equals the prior state and has no
	// diagnostics. private is the private state in the CLI's encoding.
	Plan(ctx context.Context, config, prior tftypes.Value, private []byte) bool
	// Read returns the result of a refresh, or nil to leave it to the framework.
	Read(ctx context.Context, state tftypes.Value, private []byte) *Found
}

// Found is the result of a refresh.
type Found struct {
	// Identity is nil for a type without an identity.
	Identity map[string]string
	// Changed are the top-level attributes that differ from the state.
	Changed map[string]tftypes.Value
	// Private is nil if it is unchanged.
	Private Private
	// Failure is an error without an attribute path. The state then stays
	// unchanged.
	Failure diag.Diagnostic
}

// Type describes a resource type.
type Type struct {
	Name      string
	Object    tftypes.Object
	Identity  tftypes.Object
	WriteOnly []string // top-level attributes
	ReadOnly  []string // top-level attributes that cannot be configured
	Resource  Resource
}

// identified reports whether the type has an identity.
func (t Type) identified() bool { return len(t.Identity.AttributeTypes) > 0 }

// Front answers calls in place of a server.
type Front struct {
	typ          Type
	nullIdentity *tfprotov6.DynamicValue // nil for a type without an identity
}

// New returns a Front for a resource type. It returns an error for an incomplete
// type, because its requests could not be decoded and none would be answered.
func New(typ Type) (*Front, error) {
	switch {
	case typ.Resource == nil:
		return nil, errors.New("its Resource is nil")
	case len(typ.Object.AttributeTypes) == 0:
		return nil, errors.New("it has no attributes")
	}
	for _, name := range slices.Concat(typ.WriteOnly, typ.ReadOnly) {
		if _, ok := typ.Object.AttributeTypes[name]; !ok {
			return nil, fmt.Errorf("it has no attribute %q", name)
		}
	}
	front := &Front{typ: typ}
	if typ.identified() {
		null, err := tfprotov6.NewDynamicValue(typ.Identity, tftypes.NewValue(typ.Identity, nil))
		if err != nil {
			return nil, fmt.Errorf("its identity cannot be encoded: %w", err)
		}
		front.nullIdentity = &null
	}
	return front, nil
}

// Plan answers a request if prior, config and proposed are wholly known and
// nothing changes. Otherwise it returns nil, and the framework has to answer.
func (f *Front) Plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	if !plainPrivate(req.PriorPrivate) {
		return nil
	}
	prior, ok := f.known(req.PriorState)
	if !ok || !f.same(req.PriorState, req.ProposedNewState, prior) {
		return nil
	}
	config, ok := f.known(req.Config)
	if !ok {
		return nil
	}
	if !f.typ.Resource.Plan(ctx, config, prior, req.PriorPrivate) {
		return nil
	}
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedPrivate: verbatim(req.PriorPrivate), PlannedIdentity: req.PriorIdentity}
	if req.PriorIdentity == nil && f.nullIdentity != nil {
		resp.PlannedIdentity = &tfprotov6.ResourceIdentityData{IdentityData: f.nullIdentity}
	}
	return resp
}

// Read answers a request if the state is wholly known. If it is not, or the
// resource does not answer, it returns nil.
func (f *Front) Read(ctx context.Context, req *tfprotov6.ReadResourceRequest) *tfprotov6.ReadResourceResponse {
	if !plainPrivate(req.Private) {
		return nil
	}
	state, ok := f.known(req.CurrentState)
	if !ok {
		return nil
	}
	found := f.typ.Resource.Read(ctx, state, req.Private)
	if found == nil {
		return nil
	}
	resp := &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: verbatim(req.Private), NewIdentity: req.CurrentIdentity}
	if found.Failure != nil {
		resp.Diagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: found.Failure.Summary(), Detail: found.Failure.Detail()}}
		return resp
	}
	if f.typ.identified() {
		if resp.NewIdentity, ok = f.identity(found.Identity, req.CurrentIdentity); !ok {
			return nil
		}
	}
	var err error
	if len(found.Changed) > 0 {
		if resp.NewState, err = f.changed(state, found.Changed); err != nil {
			return nil
		}
	}
	if found.Private != nil {
		if resp.Private, err = found.Private.bytes(); err != nil {
			return nil
		}
	}
	return resp
}

// changed encodes a state with some attributes replaced.
func (f *Front) changed(state tftypes.Value, values map[string]tftypes.Value) (*tfprotov6.DynamicValue, error) {
	var all map[string]tftypes.Value
	if err := state.As(&all); err != nil {
		return nil, err
	}
	maps.Copy(all, values)
	encoded, err := tfprotov6.NewDynamicValue(f.typ.Object, tftypes.NewValue(f.typ.Object, all))
	return &encoded, err
}

// Validate answers for a valid configuration. Otherwise it returns nil, also for
// a CLI that does not support write-only arguments.
func (f *Front) Validate(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) *tfprotov6.ValidateResourceConfigResponse {
	if req.ClientCapabilities == nil || !req.ClientCapabilities.WriteOnlyAttributesAllowed {
		return nil
	}
	config, ok := f.decode(req.Config)
	if !ok || !f.typ.Resource.Valid(ctx, config) {
		return nil
	}
	var values map[string]tftypes.Value
	if config.As(&values) != nil {
		return nil
	}
	for _, name := range f.typ.ReadOnly {
		if v := values[name]; !v.IsNull() {
			return nil
		}
	}
	return &tfprotov6.ValidateResourceConfigResponse{}
}

// decode decodes a value that is not null.
func (f *Front) decode(value *tfprotov6.DynamicValue) (tftypes.Value, bool) {
	if value == nil || len(value.MsgPack) == 0 {
		return tftypes.Value{}, false
	}
	v, err := value.Unmarshal(f.typ.Object)
	return v, err == nil && v.IsKnown() && !v.IsNull()
}

// known decodes a value that is wholly known and not null.
func (f *Front) known(value *tfprotov6.DynamicValue) (tftypes.Value, bool) {
	v, ok := f.decode(value)
	return v, ok && v.IsFullyKnown()
}

// same reports whether the proposed state equals the prior one, except for
// write-only attributes.
func (f *Front) same(priorRaw, proposedRaw *tfprotov6.DynamicValue, prior tftypes.Value) bool {
	if proposedRaw == nil {
		return false
	}
	if bytes.Equal(priorRaw.MsgPack, proposedRaw.MsgPack) {
		return true
	}
	proposed, ok := f.known(proposedRaw)
	if !ok {
		return false
	}
	var values map[string]tftypes.Value
	if proposed.As(&values) != nil {
		return false
	}
	for _, name := range f.typ.WriteOnly {
		values[name] = tftypes.NewValue(f.typ.Object.AttributeTypes[name], nil)
	}
	return prior.Equal(tftypes.NewValue(f.typ.Object, values))
}

// identity encodes an identity. ok is false if the current one differs, which the
// framework reports.
func (f *Front) identity(values map[string]string, current *tfprotov6.ResourceIdentityData) (*tfprotov6.ResourceIdentityData, bool) {
	attributes := make(map[string]tftypes.Value, len(values))
	for name, value := range values {
		attributes[name] = tftypes.NewValue(tftypes.String, value)
	}
	value := tftypes.NewValue(f.typ.Identity, attributes)
	if current != nil && current.IdentityData != nil {
		was, err := current.IdentityData.Unmarshal(f.typ.Identity)
		if err != nil || !was.Equal(value) {
			return nil, false
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(f.typ.Identity, value)
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}, err == nil
}

// plainPrivate reports whether private state contains no keys of the framework,
// which begin with a dot. It does after an import.
func plainPrivate(private []byte) bool {
	if len(private) == 0 {
		return true
	}
	var keys map[string]json.RawMessage
	if json.Unmarshal(private, &keys) != nil || len(keys) == 0 {
		return false
	}
	for key := range keys {
		if strings.HasPrefix(key, ".") {
			return false
		}
	}
	return true
}

// verbatim returns private state as the framework does, with nil for an empty
// one.
func verbatim(private []byte) []byte {
	if len(private) == 0 {
		return nil
	}
	return private
}
