package object

import "github.com/hashicorp/terraform-plugin-framework/types"

// resolveUnknowns replaces values that the plan left unknown. Those that COS
// decides become null.
func (m *model) resolveUnknowns(prior model) {
	if m.ContentType.IsUnknown() && !prior.ContentType.IsNull() {
		m.ContentType = prior.ContentType
	}
	if m.StorageClass.IsUnknown() {
		m.StorageClass = types.StringNull()
	}
	if m.SSEKMSKeyID.IsUnknown() {
		m.SSEKMSKeyID = types.StringNull()
	}
}

// keep copies from prior the computed values that only a write would have changed.
func (m *model) keep(prior model) {
	m.ETag, m.VersionID, m.LastModified = prior.ETag, prior.VersionID, prior.LastModified
	m.ContentLength, m.ContentCRC64 = prior.ContentLength, prior.ContentCRC64
	m.SSECustomerKeyMD5 = prior.SSECustomerKeyMD5
	if m.SSEKMSKeyID.IsNull() {
		m.SSEKMSKeyID = prior.SSEKMSKeyID
	}
	if m.StorageClass.IsNull() {
		m.StorageClass = prior.StorageClass
	}
}
