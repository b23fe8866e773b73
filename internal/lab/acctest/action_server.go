package acctest

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// ActionServer calls the provider's actions over the plugin protocol, as CLI 1.14
// does, because the tests may run with an older CLI.
type ActionServer struct {
	t      testing.TB
	server interface {
		tfprotov6.ProviderServer
		tfprotov6.ProviderServerWithActions //nolint:staticcheck // deprecated only in favour of being required
	}
	schemas map[string]*tfprotov6.ActionSchema
	said    *diagnostics // searched for secrets when the test ends
}

// ActionRun is the outcome of an action.
type ActionRun struct {
	Progress []string
	Errors   []string // summary and detail, separated by a line break
	Warnings []string
}

// ActionServer returns a provider configured for the server, with additional
// arguments.
func (w *World) ActionServer(arguments map[string]any) *ActionServer {
	w.t.Helper()
	all := map[string]any{
		"region": w.Region(), "secret_id": w.SecretID(), "secret_key": w.SecretKey(),
		"endpoint": w.URL(), "ca_certificate_file": w.CAFile(),
	}
	for name, value := range arguments {
		all[name] = value
	}
	a := NewActionServer(w.t, all)
	a.said = w.said
	return a
}

// NewActionServer returns a configured provider. A value is a string, a bool, an
// int, NotKnown, or a slice or map of them. Missing arguments are null.
func NewActionServer(t testing.TB, arguments map[string]any) *ActionServer {
	t.Helper()
	a := &ActionServer{t: t, said: &diagnostics{}}
	var ok bool
	if a.server, ok = provider.Server("test")().(interface {
		tfprotov6.ProviderServer
		tfprotov6.ProviderServerWithActions //nolint:staticcheck // likewise
	}); !ok {
		t.Fatal("the provider's server serves no actions")
	}
	all, err := a.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	a.schemas = all.ActionSchemas
	resp, err := a.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: a.value(all.Provider.ValueType(), arguments)})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Fatalf("%s\n%s", d.Summary, d.Detail)
	}
	return a
}

// NotKnown is an unknown value.
type NotKnown struct{}

// Plan validates and plans an action and returns the errors.
func (a *ActionServer) Plan(name string, arguments map[string]any) []string {
	a.t.Helper()
	config := a.config(name, arguments)
	valid, err := a.server.ValidateActionConfig(a.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})
	if err != nil {
		a.t.Fatal(err)
	}
	a.said.add(valid.Diagnostics)
	if found := errorsOf(valid.Diagnostics); len(found) > 0 {
		return found
	}
	planned, err := a.server.PlanAction(a.t.Context(), &tfprotov6.PlanActionRequest{ActionType: name, Config: config})
	if err != nil {
		a.t.Fatal(err)
	}
	a.said.add(planned.Diagnostics)
	return errorsOf(planned.Diagnostics)
}

// Invoke plans an action, which must succeed, and runs it. It passes each
// progress message to told, which may be nil.
func (a *ActionServer) Invoke(ctx context.Context, name string, arguments map[string]any, told func(string)) ActionRun {
	a.t.Helper()
	if refused := a.Plan(name, arguments); len(refused) > 0 {
		a.t.Fatalf("not planned: %q", refused)
	}
	stream, err := a.server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: a.config(name, arguments)})
	if err != nil {
		a.t.Fatal(err)
	}
	var run ActionRun
	completed := 0
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			run.Progress = append(run.Progress, e.Message)
			if told != nil {
				told(e.Message)
			}
		case tfprotov6.CompletedInvokeActionEventType:
			completed++
			a.said.add(e.Diagnostics)
			run.Errors = errorsOf(e.Diagnostics)
			for _, d := range e.Diagnostics {
				if d.Severity == tfprotov6.DiagnosticSeverityWarning {
					run.Warnings = append(run.Warnings, d.Summary+"\n"+d.Detail)
				}
			}
		}
	}
	if completed != 1 {
		a.t.Errorf("%s was completed %d times", name, completed)
	}
	return run
}

func errorsOf(diagnostics []*tfprotov6.Diagnostic) (found []string) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			found = append(found, d.Summary+"\n"+d.Detail)
		}
	}
	return found
}

func (a *ActionServer) config(name string, arguments map[string]any) *tfprotov6.DynamicValue {
	a.t.Helper()
	schema := a.schemas[name]
	if schema == nil {
		a.t.Fatalf("there is no action %s", name)
	}
	return a.value(schema.Schema.ValueType(), arguments)
}

func (a *ActionServer) value(typ tftypes.Type, arguments map[string]any) *tfprotov6.DynamicValue {
	a.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(typ, valueOf(typ, arguments))
	if err != nil {
		a.t.Fatal(err)
	}
	return &encoded
}

// valueOf converts v to a type. Attributes that a map lacks are null.
func valueOf(typ tftypes.Type, v any) tftypes.Value {
	switch v := v.(type) {
	case nil:
		if list, ok := typ.(tftypes.List); ok { // an absent block
			if _, nested := list.ElementType.(tftypes.Object); nested {
				return tftypes.NewValue(typ, []tftypes.Value{})
			}
		}
		return tftypes.NewValue(typ, nil)
	case NotKnown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(typ, big.NewFloat(float64(v)))
	case []string:
		list, _ := typ.(tftypes.List)
		all := []tftypes.Value{}
		for _, s := range v {
			all = append(all, tftypes.NewValue(list.ElementType, s))
		}
		return tftypes.NewValue(typ, all)
	case map[string]string:
		all := map[string]tftypes.Value{}
		for name, s := range v {
			all[name] = tftypes.NewValue(tftypes.String, s)
		}
		return tftypes.NewValue(typ, all)
	case map[string]any:
		object, ok := typ.(tftypes.Object)
		if !ok {
			panic(fmt.Sprintf("a %s cannot have arguments", typ))
		}
		all := map[string]tftypes.Value{}
		for name, of := range object.AttributeTypes {
			all[name] = valueOf(of, v[name])
		}
		return tftypes.NewValue(typ, all)
	}
	return tftypes.NewValue(typ, v)
}
