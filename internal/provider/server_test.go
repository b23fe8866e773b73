package provider

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Whatever the framework's server can be asked, ours can.
func TestServerHidesNothing(t *testing.T) {
	t.Parallel()
	theirs, ours := providerserver.NewProtocol6(New("test")())(), Server("test")()
	if _, ok := ours.(*frontServer); !ok {
		t.Fatalf("the server is a %T", ours)
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

// A state of the current version is answered as it came; any other is the
// framework's.
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
			resp, err := Server("test")().UpgradeResourceState(context.Background(), tc.req)
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
