package provider

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// needConfiguration lists the calls that fail before the provider is configured.
// All others must succeed.
var needConfiguration = []string{
	"ReadResource", "PlanResourceChange", "ApplyResourceChange", "ImportResourceState", "ReadDataSource",
	"OpenEphemeralResource", "RenewEphemeralResource", "CloseEphemeralResource", "ListResource", "PlanAction", "InvokeAction",
}

// foreign is a protocol client that makes calls in an order Terraform would not.
type foreign struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas map[string]map[string]tftypes.Type // by kind and name
}

func newForeign(t *testing.T) *foreign {
	t.Helper()
	f := &foreign{t: t, server: Server("test")(), schemas: map[string]map[string]tftypes.Type{}}
	resp, err := f.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for kind, schemas := range map[string]map[string]*tfprotov6.Schema{"Ephemeral": resp.EphemeralResourceSchemas, "Data": resp.DataSourceSchemas, "List": resp.ListResourceSchemas, "Resource": resp.ResourceSchemas} {
		f.schemas[kind] = map[string]tftypes.Type{"cos_nothing": tftypes.Object{}}
		for name, schema := range schemas {
			f.schemas[kind][name] = schema.ValueType()
		}
	}
	f.schemas["Action"] = map[string]tftypes.Type{"cos_nothing": tftypes.Object{}}
	for name, schema := range resp.ActionSchemas {
		f.schemas["Action"][name] = schema.Schema.ValueType()
	}
	f.schemas["Function"] = map[string]tftypes.Type{"nothing": tftypes.Object{}}
	for name := range resp.Functions {
		f.schemas["Function"][name] = tftypes.Object{}
	}
	f.schemas["Provider"] = map[string]tftypes.Type{"": resp.Provider.ValueType()}
	return f
}

// kindOf returns the types that a method applies to, by name.
func (f *foreign) kindOf(method string) map[string]tftypes.Type {
	for _, kind := range []string{"Ephemeral", "Data", "List", "Action", "Function", "Resource", "Provider"} {
		if strings.Contains(method, kind) {
			return f.schemas[kind]
		}
	}
	return f.schemas["Provider"]
}

// requests builds variants of a request: the type name only, null values, and
// objects whose attributes are null.
func requests(typ reflect.Type, name string, value tftypes.Type) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	for how, content := range map[string]any{"nothing": nil, "null": nil, "an object": map[string]tftypes.Value{}} {
		req := reflect.New(typ.Elem())
		for i := range typ.Elem().NumField() {
			field, of := req.Elem().Field(i), typ.Elem().Field(i)
			switch {
			case of.Type.Kind() == reflect.String && (strings.HasSuffix(of.Name, "TypeName") || of.Name == "Name" || of.Name == "ActionType"):
				field.SetString(name)
			case of.Name == "ID":
				field.SetString("lab-1250000000/key")
			case of.Type == reflect.TypeFor[*tfprotov6.DynamicValue]() && how != "nothing":
				v := tftypes.NewValue(value, nil)
				if object, ok := value.(tftypes.Object); ok && content != nil {
					v = valueOf(object, nil)
				}
				if of.Name == "PlannedState" && content != nil {
					v = tftypes.NewValue(value, nil) // a deletion
				}
				encoded, err := tfprotov6.NewDynamicValue(value, v)
				if err != nil {
					panic(err)
				}
				field.Set(reflect.ValueOf(&encoded))
			}
		}
		found[how] = req
	}
	return found
}

// call invokes a method and returns all its diagnostics, including those of a
// stream.
func (f *foreign) call(method string, req reflect.Value) (diags []*tfprotov6.Diagnostic, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	out := reflect.ValueOf(f.server).MethodByName(method).Call([]reflect.Value{reflect.ValueOf(f.t.Context()), req})
	if e, ok := out[1].Interface().(error); ok {
		return nil, e
	}
	switch resp := out[0].Interface().(type) {
	case *tfprotov6.ListResourceServerStream:
		for result := range resp.Results {
			diags = append(diags, result.Diagnostics...)
		}
		return diags, nil
	case *tfprotov6.InvokeActionServerStream:
		for event := range resp.Events {
			if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				diags = append(diags, completed.Diagnostics...)
			}
		}
		return diags, nil
	}
	if field := out[0].Elem().FieldByName("Diagnostics"); field.IsValid() {
		diags, _ = field.Interface().([]*tfprotov6.Diagnostic)
	}
	return diags, nil
}

// Every call for every type is made before the provider is configured. Calls that
// need a configuration report that, and none panics.
func TestCallsBeforeConfigure(t *testing.T) {
	for _, shortcut := range []string{"", "off"} {
		t.Run("shortcut "+shortcut, func(t *testing.T) {
			t.Setenv(envShortcut, shortcut)
			f := newForeign(t)
			calls := 0
			for i := range reflect.TypeFor[wholeServer]().NumMethod() {
				method := reflect.TypeFor[wholeServer]().Method(i)
				if strings.Contains(method.Name, "State") && !strings.Contains(method.Name, "Resource") {
					continue // the provider has no state stores
				}
				for name, value := range f.kindOf(method.Name) {
					for how, req := range requests(method.Type.In(1), name, value) {
						if method.Name == "ConfigureProvider" {
							continue
						}
						diags, err := f.call(method.Name, req)
						calls++
						where := fmt.Sprintf("%s of %q with %s", method.Name, name, how)
						told := slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Summary == "Provider Not Configured" })
						switch wanted := slices.Contains(needConfiguration, method.Name); {
						case err != nil && strings.HasPrefix(err.Error(), "panic"):
							t.Errorf("%s: %v", where, err)
						case told != wanted:
							t.Errorf("%s: says that the provider is not configured: %v", where, told)
						case wanted && err != nil:
							t.Errorf("%s: %v", where, err)
						}
					}
				}
			}
			t.Logf("%d calls", calls)
			if calls < 100 {
				t.Errorf("only %d calls were tried", calls)
			}
		})
	}
}

// A rejected configuration leaves the provider unconfigured; the next accepted
// one configures it.
func TestCallsAfterConfigure(t *testing.T) {
	for _, name := range []string{"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_REGION"} {
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	f := newForeign(t)
	typ, _ := f.schemas["Provider"][""].(tftypes.Object)
	object, _ := f.schemas["Resource"][objectType].(tftypes.Object)
	state := dynamic(t, object, valueOf(object, map[string]any{"bucket": "lab-1250000000", "key": "k"}))
	refused := func() bool {
		resp, err := f.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{TypeName: objectType, CurrentState: state})
		if err != nil {
			t.Fatal(err)
		}
		return len(resp.Diagnostics) == 1 && resp.Diagnostics[0].Summary == "Provider Not Configured" && resp.NewState == state
	}
	for _, step := range []struct {
		config  map[string]any
		refused bool
	}{
		{map[string]any{"region": "nowhere at all"}, true},
		{map[string]any{"region": tftypes.UnknownValue, "secret_id": tftypes.UnknownValue}, false},
	} {
		if _, err := f.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: dynamic(t, typ, valueOf(typ, step.config))}); err != nil {
			t.Fatal(err)
		}
		if got := refused(); got != step.refused {
			t.Errorf("after %v: %v", step.config, got)
		}
	}
}
