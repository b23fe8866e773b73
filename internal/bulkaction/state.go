package bulkaction

import (
	"errors"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// ErrKeyNotThere is the reason why an object under SSE-C fails.
var ErrKeyNotThere = errors.New("no key of the keyring opens it")

// StateOf returns how an inspected object is stored, for the report.
func StateOf(found audit.Finding) bulk.State {
	state := State(found.Info)
	state.Encryption = string(found.Encryption)
	if found.Encryption == audit.CustomerUnknown {
		state.ETag = found.Entry.ETag
	}
	return state
}

// State is like StateOf for a HEAD response.
func State(info cosclient.Info) bulk.State {
	return bulk.State{
		Encryption: string(audit.EncryptionOf(info.Encryption.Mode)),
		KMSKeyID:   info.Encryption.KMSKeyID, CustomerKeyMD5: info.Encryption.CustomerKeyMD5,
		ETag: info.ETag, VersionID: info.VersionID,
	}
}
