package cosmock

import (
	"encoding/xml"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// headBucket is HEAD Bucket.
func (x *exchange) headBucket() error {
	x.header().Set("X-Cos-Bucket-Region", x.bucket.region)
	return x.empty(http.StatusOK)
}

// bucketEncryption is a bucket's default encryption ("Bucket Encryption").
type bucketEncryption struct {
	XMLName      xml.Name `xml:"ServerSideEncryptionConfiguration"`
	Algorithm    string   `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
	KMSKeyID     string   `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSMasterKeyID,omitempty"`
	KMSAlgorithm string   `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSAlgorithm,omitempty"`
}

// defaultProtection is the encryption of an object that asks for none.
func (b *bucket) defaultProtection() protection {
	b.mu.RLock()
	defer b.mu.RUnlock()
	switch {
	case b.encryption == nil:
		return protection{}
	case b.encryption.Algorithm == "KMS":
		id := b.encryption.KMSKeyID
		if id == "" {
			id = DefaultKMSKeyID
		}
		return protection{mode: sse.ModeKMS, kmsKeyID: id}
	default:
		return protection{mode: sse.Mode(b.encryption.Algorithm)}
	}
}

// objectLock is a bucket's object lock ("PUT Bucket ObjectLock").
type objectLock struct {
	days int // default retention of new objects; 0 is none
}

// getService is GET Service (List Buckets).
func (x *exchange) getService() error { return fail("NotImplemented") }

// upload is a multipart upload in progress.
type upload struct{}

// copyObject is PUT Object - Copy.
func (x *exchange) copyObject() error { return fail("NotImplemented") }
