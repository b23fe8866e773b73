package cosmock

import (
	"encoding/xml"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// bucketEncryption is a bucket's default encryption ("PUT Bucket encryption").
// What is cos/kms with objects is KMS here.
type bucketEncryption struct {
	XMLName      xml.Name `xml:"ServerSideEncryptionConfiguration"`
	Algorithm    string   `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
	KMSKeyID     string   `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSMasterKeyID,omitempty"`
	KMSAlgorithm string   `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSAlgorithm,omitempty"`
}

const algorithmKMS = "KMS"

// defaultProtection is the encryption of an object that asks for none.
func (b *bucket) defaultProtection() protection {
	b.mu.RLock()
	defer b.mu.RUnlock()
	switch {
	case b.encryption == nil:
		return protection{}
	case b.encryption.Algorithm == algorithmKMS:
		id := b.encryption.KMSKeyID
		if id == "" {
			id = DefaultKMSKeyID
		}
		return protection{mode: sse.ModeKMS, kmsKeyID: id}
	default:
		return protection{mode: sse.Mode(b.encryption.Algorithm)}
	}
}

// getEncryption is GET Bucket encryption.
func (x *exchange) getEncryption() error {
	x.bucket.mu.RLock()
	encryption := x.bucket.encryption
	x.bucket.mu.RUnlock()
	if encryption == nil {
		return fail("NoSuchEncryptionConfiguration")
	}
	return x.xml(encryption)
}

// putEncryption is PUT Bucket encryption. Objects that are there stay as they
// are.
func (x *exchange) putEncryption() error {
	body := &bucketEncryption{}
	if err := x.readXML(body); err != nil {
		return err
	}
	if err := x.checkEncryption(body); err != nil {
		return err
	}
	x.bucket.mu.Lock()
	x.bucket.encryption = body
	x.bucket.mu.Unlock()
	return x.empty(http.StatusOK)
}

func (x *exchange) checkEncryption(e *bucketEncryption) error {
	switch e.Algorithm {
	case string(sse.ModeAES256), string(sse.ModeSM4):
		if e.Algorithm == string(sse.ModeSM4) && !x.server.opts.SM4 {
			return x.undocumented.UnknownAlgorithm.err()
		}
		if e.KMSKeyID != "" || e.KMSAlgorithm != "" {
			return failf("InvalidArgument", "A KMS key needs the algorithm KMS.")
		}
		return nil
	case algorithmKMS:
		switch e.KMSAlgorithm {
		case "", string(sse.ModeAES256), string(sse.ModeSM4):
		default:
			return x.undocumented.UnknownAlgorithm.err()
		}
		if e.KMSKeyID == "" || x.undocumented.BucketKMSKeyUnchecked {
			return nil
		}
		_, err := x.server.keys.kmsKey(e.KMSKeyID)
		return err
	}
	return x.undocumented.UnknownAlgorithm.err()
}

// deleteEncryption is DELETE Bucket encryption.
func (x *exchange) deleteEncryption() error {
	x.bucket.mu.Lock()
	x.bucket.encryption = nil
	x.bucket.mu.Unlock()
	return x.empty(http.StatusNoContent)
}
