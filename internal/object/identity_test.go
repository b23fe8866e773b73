package object

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Every Read sets the identity, even if the object is gone or cannot be read.
// Otherwise a CLI that supports identities reports a missing one. This test runs
// without a CLI, because the oldest supported version does not know identities.
func TestReadSetsIdentity(t *testing.T) {
	t.Parallel()
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	if err := server.PutObject(testBucket, "there", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}); err != nil {
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
		key     string
		region  string // in the state
		client  *cosclient.Client
		removed bool
		failed  bool
	}{
		"there":                  {"there", "ap-guangzhou", client, false, false},
		"gone":                   {"gone", "ap-guangzhou", client, true, false},
		"moved, without region":  {"there", "", client, false, false},
		"no client yet":          {"there", "ap-guangzhou", nil, false, false},
		"a bucket that is away":  {"there", "ap-beijing", client, false, true},
		"a key that is no key":   {".", "ap-guangzhou", client, false, true},
		"gone, no client so far": {"gone", "ap-guangzhou", nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := &Resource{data: &providerdata.Data{Client: client, Region: "ap-guangzhou", Keyring: sse.NewKeyring(nil)}}
			r.data.Client = tc.client
			m := applied(declared(), sse.Observed{Mode: sse.ModeAES256})
			m.Key, m.Region = str(tc.key), arguments.Optional(tc.region)
			s := schemaOf(t, r)
			state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(ctx), nil)}
			if diags := state.Set(ctx, m); diags.HasError() {
				t.Fatal(diags)
			}
			var identity resource.IdentitySchemaResponse
			r.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
			resp := resource.ReadResponse{State: state, Identity: &tfsdk.ResourceIdentity{
				Schema: identity.IdentitySchema, Raw: tftypes.NewValue(identity.IdentitySchema.Type().TerraformType(ctx), nil),
			}}
			r.Read(ctx, resource.ReadRequest{State: state}, &resp)
			if resp.Diagnostics.HasError() != tc.failed {
				t.Fatal(resp.Diagnostics)
			}
			var got identityModel
			if diags := resp.Identity.Get(ctx, &got); diags.HasError() {
				t.Fatal(diags)
			}
			region := tc.region
			if region == "" {
				region = "ap-guangzhou"
			}
			if diff := cmp.Diff(identityModel{Bucket: str(testBucket), Key: str(tc.key), Region: str(region)}, got); diff != "" {
				t.Errorf("identity (-want +got):\n%s", diff)
			}
			if removed := resp.State.Raw.IsNull(); removed != tc.removed {
				t.Errorf("removed from the state: %v, want %v", removed, tc.removed)
			}
		})
	}
}
