package providerdata

import "github.com/hashicorp/terraform-plugin-framework/types"

// Encryption is what objects that declare no encryption have. Each part may be
// unknown.
type Encryption struct {
	ServerSideEncryption types.String
	SSEKMSKeyID          types.String
	SSECustomerKeyName   types.String
}
