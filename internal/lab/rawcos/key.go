package rawcos

import (
	"crypto/rand"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// NewCustomerKey returns a new random customer key.
func NewCustomerKey() sse.CustomerKey {
	raw := make([]byte, sse.KeySize)
	_, _ = rand.Read(raw)             // it never fails
	key, _ := sse.NewCustomerKey(raw) // it fails for another size only
	return key
}
