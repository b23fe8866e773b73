package providerdata

import "github.com/hashicorp/terraform-plugin-framework/types"

// Encryption is the default encryption of objects that declare none. Each field
// may be unknown.
type Encryption struct {
	ServerSideEncryption types.String
	SSEKMSKeyID          types.String
	SSECustomerKeyName   types.String
}
