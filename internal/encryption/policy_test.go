package encryption_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Each rule of require_encryption refuses what it forbids at the argument that
// declares it, and values that are not known are checked later.
func TestAllowed(t *testing.T) {
	t.Parallel()
	null, unknown := types.StringNull(), types.StringUnknown()
	str := types.StringValue
	kms := func(key types.String) encryption.Declared {
		return encryption.Declared{ServerSideEncryption: str("cos/kms"), SSEKMSKeyID: key, SSEContext: null, SSECustomerKey: null, SSECustomerKeyWO: null, SSECustomerKeyName: null}
	}
	customer := kms(null)
	customer.ServerSideEncryption, customer.SSECustomerKey = null, str("a key")
	aes := kms(null)
	aes.ServerSideEncryption = str("AES256")
	for name, tc := range map[string]struct {
		declared encryption.Declared
		mode     sse.Mode
		unknown  bool // the mode
		policy   sse.Policy
		want     []string // the arguments that are refused
	}{
		"no rule":                          {kms(str("key")), sse.ModeKMS, false, sse.Policy{}, nil},
		"an allowed mode":                  {aes, sse.ModeAES256, false, sse.Policy{Modes: []sse.Mode{sse.ModeAES256}}, nil},
		"another mode":                     {aes, sse.ModeAES256, false, sse.Policy{Modes: []sse.Mode{sse.ModeKMS}}, []string{"server_side_encryption"}},
		"a mode that is not known":         {aes, sse.ModeAES256, true, sse.Policy{Modes: []sse.Mode{sse.ModeKMS}}, nil},
		"an allowed KMS key":               {kms(str("key")), sse.ModeKMS, false, sse.Policy{KMSKeyIDs: []string{"key"}}, nil},
		"another KMS key":                  {kms(str("other")), sse.ModeKMS, false, sse.Policy{KMSKeyIDs: []string{"key"}}, []string{"sse_kms_key_id"}},
		"the default KMS key":              {kms(null), sse.ModeKMS, false, sse.Policy{KMSKeyIDs: []string{"key"}}, []string{"sse_kms_key_id"}},
		"a KMS key that is not known":      {kms(unknown), sse.ModeKMS, false, sse.Policy{KMSKeyIDs: []string{"key"}}, nil},
		"a KMS key is no rule for AES256":  {aes, sse.ModeAES256, false, sse.Policy{KMSKeyIDs: []string{"key"}}, nil},
		"a customer key in the state":      {customer, sse.ModeCustomer, false, sse.Policy{NoKeyInState: true}, []string{"sse_customer_key"}},
		"a customer key, and another mode": {customer, sse.ModeCustomer, false, sse.Policy{Modes: []sse.Mode{sse.ModeKMS}}, []string{"sse_customer_key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wanted := encryption.Wanted{Settings: sse.Settings{Mode: tc.mode}, ModeKnown: !tc.unknown}
			if tc.mode == sse.ModeCustomer {
				wanted.Origin = encryption.OriginState
			}
			var got []string
			for _, d := range wanted.Allowed(tc.declared, tc.policy) {
				if at, ok := d.(diag.DiagnosticWithPath); ok && d.Summary() == "Encryption Not Allowed" {
					got = append(got, at.Path().String())
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}
