package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
)

// framework returns the framework's server without any wrapper.
func framework(p provider.Provider) tfprotov6.ProviderServer { return providerserver.NewProtocol6(p)() }

// The wrapped server implements every call that the framework's server
// implements.
func TestServerHidesNothing(t *testing.T) {
	t.Parallel()
	theirs, ours := providerserver.NewProtocol6(New("test")())(), newServer("test", environment(), framework)
	if name := fmt.Sprintf("%T", ours); name != "*fastpath.frontServer" {
		t.Fatalf("the server is a %s", name)
	}
	kinds := map[string]func(tfprotov6.ProviderServer) bool{
		"list": func(s tfprotov6.ProviderServer) bool {
			_, ok := s.(tfprotov6.ProviderServerWithListResource) //nolint:staticcheck // only in favour of being required
			return ok
		},
		"actions": func(s tfprotov6.ProviderServer) bool {
			_, ok := s.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // likewise
			return ok
		},
		"state stores": func(s tfprotov6.ProviderServer) bool {
			_, ok := s.(tfprotov6.ProviderServerWithStateStores) //nolint:staticcheck // likewise
			return ok
		},
	}
	for name, has := range kinds {
		if has(theirs) != has(ours) {
			t.Errorf("%s: %v, the framework's %v", name, has(ours), has(theirs))
		}
	}
}

// A state of the current version is returned unchanged. The framework handles any
// other version.
func TestServerPassesStates(t *testing.T) {
	t.Parallel()
	text := []byte(`{"bucket":"b-1250000000","key":"k"}`)
	for name, tc := range map[string]struct {
		req  *tfprotov6.UpgradeResourceStateRequest
		want bool
	}{
		"current":        {&tfprotov6.UpgradeResourceStateRequest{TypeName: "cos_encrypted_object", RawState: &tfprotov6.RawState{JSON: text}}, true},
		"newer":          {&tfprotov6.UpgradeResourceStateRequest{TypeName: "cos_encrypted_object", Version: 7, RawState: &tfprotov6.RawState{JSON: text}}, false},
		"unknown type":   {&tfprotov6.UpgradeResourceStateRequest{TypeName: "cos_nothing", RawState: &tfprotov6.RawState{JSON: text}}, false},
		"without JSON":   {&tfprotov6.UpgradeResourceStateRequest{TypeName: "cos_encrypted_object", RawState: &tfprotov6.RawState{}}, false},
		"without states": {&tfprotov6.UpgradeResourceStateRequest{TypeName: "cos_encrypted_object"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := newServer("test", environment(), framework).UpgradeResourceState(context.Background(), tc.req)
			if err != nil {
				t.Fatal(err)
			}
			got := resp.UpgradedState != nil && cmp.Equal(resp.UpgradedState.JSON, text)
			if got != tc.want {
				t.Errorf("passed: %v", got)
			}
		})
	}
}

// With COS_PLAN_SHORTCUT=off, the framework's server answers everything.
func TestShortcutOff(t *testing.T) {
	t.Parallel()
	// The remaining wrapper only refuses calls before Configure.
	if ours := newServer("test", environment(envShortcut, "off"), framework); !isBare(ours) {
		t.Errorf("a %T stands before the framework's server", ours)
	}
	for _, value := range []string{"", "on", "OFF"} {
		if ours := newServer("test", environment(envShortcut, value), framework); isBare(ours) {
			t.Errorf("%q turns it off", value)
		}
	}
}

// bare is a server of a hypothetical future framework: it implements the required
// calls and hides the optional ones.
type bare struct{ tfprotov6.ProviderServer }

// unversioned is a server that does not report its schemas.
type unversioned struct{ wholeServer }

// wholeServer combines all calls of a server, required and optional.
type wholeServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // only in favour of being required
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // likewise
	tfprotov6.ProviderServerWithStateStores  //nolint:staticcheck // likewise
}

func (unversioned) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{}, nil
}

// If the framework differs from what this provider expects, everything still
// works, and the log explains why it is slower.
func TestAServerThatIsNotAsExpectedIsLogged(t *testing.T) {
	t.Parallel()
	state := &tfprotov6.UpgradeResourceStateRequest{TypeName: objectName, RawState: &tfprotov6.RawState{JSON: []byte(`{"bucket":"lab-1250000000"}`)}}
	for name, tc := range map[string]struct {
		framework func(provider.Provider) tfprotov6.ProviderServer
		env       func(string) string
		warns     string // "" if nothing is logged
	}{
		"as expected":                   {framework, environment(), ""},
		"turned off":                    {framework, environment(envShortcut, "off"), ""},
		"the optional calls are hidden": {func(p provider.Provider) tfprotov6.ProviderServer { return bare{framework(p)} }, environment(), "provider.bare"},
		"the schemas are not told": {func(p provider.Provider) tfprotov6.ProviderServer {
			whole, _ := framework(p).(wholeServer)
			return unversioned{whole}
		}, environment(), "versions of the schemas"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &log)
			s := newServer("test", tc.env, tc.framework)
			typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
			if schema, err := framework(New("test")()).GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
				t.Fatal(err)
			} else if of, ok := schema.Provider.ValueType().(tftypes.Object); ok {
				typ = of
			}
			config := valueOf(typ, map[string]any{"secret_id": "id", "secret_key": "canary-secret-key"})
			if resp, err := s.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: dynamic(t, typ, config)}); err != nil || len(resp.Diagnostics) > 0 {
				t.Fatal(err, resp)
			}
			for range 2 { // logged once
				if resp, err := s.UpgradeResourceState(ctx, state); err != nil || resp.UpgradedState == nil {
					t.Fatal(err, resp)
				}
			}
			entries, err := tflogtest.MultilineJSONDecode(&log)
			if err != nil {
				t.Fatal(err)
			}
			var warned []string
			for _, e := range entries {
				if e["@level"] == "warn" && e["@message"] == fastpath.Slower {
					reason, _ := e["reason"].(string)
					warned = append(warned, reason)
				}
			}
			if tc.warns == "" && len(warned) > 0 || tc.warns != "" && (len(warned) != 1 || !strings.Contains(warned[0], tc.warns)) {
				t.Errorf("warnings %q, want one of %q", warned, tc.warns)
			}
		})
	}
}

// A state that is returned unchanged equals what the framework would return.
func TestStatesArePassedAsTheFrameworkReadsThem(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	ours := newServer("test", environment(), framework)
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range 300 {
		state, _ := l.random(rng, "k")
		value := valueOf(l.typ.Object, state)
		fields := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(l.typ.Object.AttributeTypes)) {
			fields[name] = plain(t, value, name)
		}
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		req := &tfprotov6.UpgradeResourceStateRequest{TypeName: objectName, RawState: &tfprotov6.RawState{JSON: text}}
		got, err := ours.UpgradeResourceState(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		want, err := l.framework.UpgradeResourceState(t.Context(), req)
		if err != nil || len(want.Diagnostics) > 0 {
			t.Fatal(err, want)
		}
		a, errA := got.UpgradedState.Unmarshal(l.typ.Object)
		b, errB := want.UpgradedState.Unmarshal(l.typ.Object)
		if errA != nil || errB != nil || !a.Equal(b) || !a.Equal(value) {
			t.Fatalf("state %d, %s: ours %v, %v, the framework's %v, %v", i, text, a, errA, b, errB)
		}
		if reflect.DeepEqual(got.UpgradedState, want.UpgradedState) {
			t.Fatal("both answers are the framework's: nothing is proven")
		}
	}
}

// plain returns an attribute in the form that JSON decoding produces.
func plain(t *testing.T, object tftypes.Value, name string) any {
	t.Helper()
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		t.Fatal(err)
	}
	return plainValue(t, values[name])
}

func plainValue(t *testing.T, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() {
		return nil
	}
	typ := value.Type()
	var err error
	var result any
	switch {
	case typ.Is(tftypes.String):
		var s string
		err = value.As(&s)
		result = s
	case typ.Is(tftypes.Bool):
		var b bool
		err = value.As(&b)
		result = b
	case typ.Is(tftypes.Number):
		var n big.Float
		err = value.As(&n)
		result = json.Number(n.Text('f', -1))
	default:
		var values map[string]tftypes.Value
		err = value.As(&values)
		fields := map[string]any{}
		for name, v := range values {
			fields[name] = plainValue(t, v)
		}
		result = fields
	}
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// isBare reports whether the framework's server is wrapped only by the check for
// a configuration.
func isBare(s tfprotov6.ProviderServer) bool {
	return fmt.Sprintf("%T", s) == "*fastpath.configuredServer"
}
