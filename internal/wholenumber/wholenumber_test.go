package wholenumber_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

func number(t *testing.T, text string) types.Number {
	t.Helper()
	f, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return types.NumberValue(f)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const whole, outside = "parts is a number of parts, a whole one from 1 to 64", "parts is a number of parts from 1 to 64"
	for text, want := range map[string]string{
		"1": "", "64": "", "64.0": "", "0.1e1": "",
		"0": outside, "65": outside, "-1": outside,
		"1208925819614629174706176": outside, "-1208925819614629174706176": outside, // 2^80
		"18446744073709551617": outside, // 2^64 + 1, which is 1 if truncated to 64 bits
		"1.5":                  whole, "63.9999999999999999999999999": whole, "-0.1": whole,
	} {
		if got := (wholenumber.Range{Least: 1, Most: 64}).Check("parts", "a number of parts", number(t, text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	for name, n := range map[string]types.Number{"null": types.NumberNull(), "unknown": types.NumberUnknown(), "the zero value": {}} {
		if got := (wholenumber.Range{Least: 1, Most: 64}).Check("parts", "a number of parts", n); got != "" {
			t.Errorf("%s: %q", name, got)
		}
		if got := wholenumber.Of(n); got != 0 {
			t.Errorf("%s is %d", name, got)
		}
	}
	if got := wholenumber.Of(number(t, "9223372036854775807")); got != math.MaxInt64 {
		t.Errorf("the largest is %d", got)
	}
}
