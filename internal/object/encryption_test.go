package object

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestEncryption(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Mode                sse.Mode
		MD5                 string
		ModeKnown, KeyKnown bool
		Findings            []string
	}
	unknown := types.StringUnknown()
	const (
		http   = "Customer Key Over Plain HTTP"
		noName = "sse_customer_key_name: Unknown Customer Key Name"
	)
	full := someData(t)
	plain := &providerdata.Data{Region: full.Region, Keyring: full.Keyring, PlainHTTP: true}
	later := &providerdata.Data{Keyring: sse.UnknownKeyring(nil)}
	empty := &providerdata.Data{Keyring: sse.NewKeyring(nil)}
	for name, tc := range map[string]struct {
		e    encrypted
		data *providerdata.Data
		want outcome
		says string
	}{
		"none":                         {encrypted{}, full, outcome{ModeKnown: true, KeyKnown: true, Findings: []string{"server_side_encryption: No Encryption Declared"}}, "never stored without encryption"},
		"SSE-COS":                      {encrypted{Mode: str("AES-256")}, full, outcome{Mode: sse.ModeAES256, ModeKnown: true, KeyKnown: true}, ""},
		"KMS":                          {encrypted{Mode: str("cos/kms")}, full, outcome{Mode: sse.ModeKMS, ModeKnown: true, KeyKnown: true}, ""},
		"a key":                        {encrypted{Key: str(testKeyA)}, full, outcome{Mode: sse.ModeCustomer, MD5: testMD5A, ModeKnown: true, KeyKnown: true}, ""},
		"a name":                       {encrypted{Name: str("b")}, full, outcome{Mode: sse.ModeCustomer, MD5: testMD5B, ModeKnown: true, KeyKnown: true}, ""},
		"an element not known yet":     {encrypted{Name: str("later")}, full, outcome{Mode: sse.ModeCustomer, ModeKnown: true}, ""},
		"a keyring not known yet":      {encrypted{Name: str("x")}, later, outcome{Mode: sse.ModeCustomer, ModeKnown: true}, ""},
		"no such name":                 {encrypted{Name: str("x")}, full, outcome{Mode: sse.ModeCustomer, ModeKnown: true, Findings: []string{noName}}, "It has: a, b, later, same as a."},
		"a key in place of a name":     {encrypted{Name: str(testKeyA)}, full, outcome{Mode: sse.ModeCustomer, ModeKnown: true, Findings: []string{noName}}, "looks like a customer key"},
		"no keyring":                   {encrypted{Name: str("x")}, empty, outcome{Mode: sse.ModeCustomer, ModeKnown: true, Findings: []string{noName}}, "COS_SSE_CUSTOMER_KEYS"},
		"a key over http":              {encrypted{Key: str(testKeyA)}, plain, outcome{Mode: sse.ModeCustomer, MD5: testMD5A, ModeKnown: true, KeyKnown: true, Findings: []string{"sse_customer_key: " + http}}, "https://"},
		"a name over http":             {encrypted{Name: str("later")}, plain, outcome{Mode: sse.ModeCustomer, ModeKnown: true, Findings: []string{"sse_customer_key_name: " + http}}, "https://"},
		"SSE-COS over http":            {encrypted{Mode: str("AES256")}, plain, outcome{Mode: sse.ModeAES256, ModeKnown: true, KeyKnown: true}, ""},
		"unknown mode":                 {encrypted{Mode: unknown}, full, outcome{}, ""},
		"unknown key":                  {encrypted{Key: unknown}, full, outcome{Mode: sse.ModeCustomer, ModeKnown: true}, ""},
		"all unknown":                  {encrypted{Mode: unknown, Key: unknown, Name: unknown}, full, outcome{}, ""},
		"a mode beside an unknown key": {encrypted{Mode: str("AES256"), Key: unknown}, full, outcome{Mode: sse.ModeAES256, ModeKnown: true, KeyKnown: true}, ""},
		"a key beside an unknown mode": {encrypted{Mode: unknown, Key: str(testKeyA)}, full, outcome{Mode: sse.ModeCustomer, MD5: testMD5A, ModeKnown: true, KeyKnown: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, e, refused, diags := tc.e.on(declared()).wantedEncryption(nil, privateState{}, tc.data)
			if refused != nil {
				t.Errorf("refused: %+v", refused)
			}
			got := outcome{e.Mode, e.CustomerKey.MD5(), e.ModeKnown, e.KeyKnown, findings(diags)}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			text := details(diags)
			if !strings.Contains(text, tc.says) {
				t.Errorf("the detail does not say %q:\n%s", tc.says, text)
			}
			if strings.Contains(text, testKeyA[:12]) || strings.Contains(text, testKeyB[:12]) {
				t.Errorf("the detail has a key:\n%s", text)
			}
		})
	}
}
