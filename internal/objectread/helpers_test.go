package objectread

import (
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	testKeyA = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	testKeyB = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

func mustKey(t *testing.T, s string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// someData returns provider data whose keyring has the keys a and b and an
// unknown one.
func someData(t *testing.T) *providerdata.Data {
	t.Helper()
	return &providerdata.Data{Region: "ap-guangzhou", Keyring: sse.NewKeyring(map[string]sse.CustomerKey{
		"a": mustKey(t, testKeyA), "b": mustKey(t, testKeyB), "later": {},
	})}
}
