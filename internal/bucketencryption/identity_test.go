package bucketencryption

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An import by identity, with and without a region, and the Read after it set the
// identity, even if the default encryption no longer exists. The test needs no
// CLI, because the oldest supported one has no identities.
func TestImportAndReadSetIdentity(t *testing.T) {
	t.Parallel()
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir(), Buckets: []string{"lab-1250000000", "plain-1250000000"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	if err := server.SetDefaultEncryption("lab-1250000000", sse.ModeSM4, ""); err != nil {
		t.Fatal(err)
	}
	endpoint, err := cosclient.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client, err := cosclient.New(cosclient.Config{Endpoint: endpoint, RootCAs: server.CertPool(),
		Credentials: credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		bucket, region string // parts of the identity
		known          bool   // the state already had a mode
		removed        bool
		failed         bool
	}{
		"with a region":     {bucket: "lab-1250000000", region: "ap-guangzhou"},
		"without a region":  {bucket: "lab-1250000000"},
		"nothing to import": {bucket: "plain-1250000000", failed: true},
		"no such bucket":    {bucket: "away-1250000000", failed: true},
		"gone":              {bucket: "plain-1250000000", known: true, removed: true},
		"bucket gone":       {bucket: "away-1250000000", known: true, removed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := &Resource{data: &providerdata.Data{Client: client, Region: "ap-guangzhou"}, sleep: sleep.For}
			var s resource.SchemaResponse
			r.Schema(ctx, resource.SchemaRequest{}, &s)
			var is resource.IdentitySchemaResponse
			r.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &is)
			empty := func() *tfsdk.ResourceIdentity {
				return &tfsdk.ResourceIdentity{Schema: is.IdentitySchema, Raw: tftypes.NewValue(is.IdentitySchema.Type().TerraformType(ctx), nil)}
			}
			asked := empty()
			if diags := asked.Set(ctx, identityModel{Bucket: types.StringValue(tc.bucket), Region: arguments.Optional(tc.region)}); diags.HasError() {
				t.Fatal(diags)
			}
			imported := resource.ImportStateResponse{Identity: empty(),
				State: tfsdk.State{Schema: s.Schema, Raw: tftypes.NewValue(s.Schema.Type().TerraformType(ctx), nil)}}
			r.ImportState(ctx, resource.ImportStateRequest{Identity: asked}, &imported)
			if imported.Diagnostics.HasError() {
				t.Fatal(imported.Diagnostics)
			}
			want := identityModel{Bucket: types.StringValue(tc.bucket), Region: types.StringValue("ap-guangzhou")}
			if tc.known {
				if diags := imported.State.Set(ctx, model{Bucket: want.Bucket, Region: want.Region, ServerSideEncryption: types.StringValue("AES256"), SSEKMSKeyID: types.StringNull()}); diags.HasError() {
					t.Fatal(diags)
				}
			}
			resp := resource.ReadResponse{State: imported.State, Identity: empty()}
			r.Read(ctx, resource.ReadRequest{State: imported.State}, &resp)
			if resp.Diagnostics.HasError() != tc.failed {
				t.Fatal(resp.Diagnostics)
			}
			for what, identity := range map[string]*tfsdk.ResourceIdentity{"import": imported.Identity, "read": resp.Identity} {
				var got identityModel
				if diags := identity.Get(ctx, &got); diags.HasError() {
					t.Fatal(diags)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			}
			if resp.State.Raw.IsNull() != tc.removed {
				t.Errorf("removed from the state: %v", !tc.removed)
			}
		})
	}
}
