package ownstate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// Every resource type adopts its own states from another address, with their
// private state and identity, and refuses what it cannot read.
func TestEveryTypeIsAdopted(t *testing.T) {
	t.Parallel()
	states := map[string]string{
		"cos_encrypted_object":    `{"bucket": "b-1250000000", "key": "k", "region": "ap-guangzhou", "gone": true}`,
		"cos_encrypted_directory": `{"bucket": "b-1250000000", "source": "site", "region": "ap-guangzhou", "gone": true}`,
		"cos_bucket_encryption":   `{"bucket": "b-1250000000", "server_side_encryption": "AES256", "region": "ap-guangzhou", "gone": true}`,
	}
	schemas, err := provider.Server("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name := range schemas.ResourceSchemas {
		state, ok := states[name]
		if !ok {
			t.Errorf("no state of %s: add one", name)
			continue
		}
		for what, tc := range map[string]struct {
			state   string
			version int64
			says    string // the error, none if the state is adopted
		}{
			"its own":              {state: state},
			"of a newer version":   {state: state, version: 7, says: "newer version of the provider registry.terraform.io/acme/cos"},
			"without an argument":  {state: `{"region": "ap-guangzhou"}`, says: "could not be read"},
			"with an empty bucket": {state: strings.Replace(state, "b-1250000000", "", 1), says: "could not be read"},
			"of another form":      {state: `{"bucket": {}}`, says: "could not be read"},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				resp, err := provider.Server("test")().MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
					SourceTypeName: name, TargetTypeName: name, SourceProviderAddress: "registry.terraform.io/acme/cos",
					SourceSchemaVersion: tc.version, SourceState: &tfprotov6.RawState{JSON: []byte(tc.state)},
					SourcePrivate: []byte(`{"instance": "InRva2VuIg=="}`),
				})
				if err != nil {
					t.Fatal(err)
				}
				var told strings.Builder
				for _, d := range resp.Diagnostics {
					told.WriteString(d.Summary + "\n" + d.Detail + "\n")
				}
				if tc.says != "" {
					if resp.TargetState != nil || !strings.Contains(told.String(), tc.says) || !strings.Contains(told.String(), "Unable to Move ") {
						t.Errorf("moved: %t, %s", resp.TargetState != nil, told.String())
					}
					return
				}
				if resp.TargetState == nil || told.Len() > 0 {
					t.Fatalf("not moved: %s", told.String())
				}
				if !strings.Contains(string(resp.TargetPrivate), "InRva2VuIg==") {
					t.Errorf("the private state is %s", resp.TargetPrivate)
				}
				if identified := resp.TargetIdentity != nil; identified != (name != "cos_encrypted_directory") {
					t.Errorf("has an identity: %t", identified)
				}
			})
		}
	}
}
