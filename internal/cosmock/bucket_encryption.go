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

// bucketEncryptionRequest is the body of PUT Bucket encryption. Older SDKs spell
// the node within a rule ApplySideEncryptionConfiguration, and COS takes it.
type bucketEncryptionRequest struct {
	XMLName xml.Name `xml:"ServerSideEncryptionConfiguration"`
	Rules   []struct {
		Default *encryptionDefault `xml:"ApplyServerSideEncryptionByDefault"`
		Older   *encryptionDefault `xml:"ApplySideEncryptionConfiguration"`
	} `xml:"Rule"`
}

type encryptionDefault struct {
	Algorithm    string `xml:"SSEAlgorithm"`
	KMSKeyID     string `xml:"KMSMasterKeyID"`
	KMSAlgorithm string `xml:"KMSAlgorithm"`
}

// configuration is what the request asks for: nil, without a rule, is none.
func (r bucketEncryptionRequest) configuration() (*bucketEncryption, error) {
	if len(r.Rules) == 0 {
		return nil, nil
	}
	rule := r.Rules[0]
	if len(r.Rules) > 1 || (rule.Default == nil) == (rule.Older == nil) {
		return nil, fail("MalformedXML")
	}
	if rule.Default == nil {
		rule.Default = rule.Older
	}
	return &bucketEncryption{Algorithm: rule.Default.Algorithm, KMSKeyID: rule.Default.KMSKeyID, KMSAlgorithm: rule.Default.KMSAlgorithm}, nil
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
	var body bucketEncryptionRequest
	if err := x.readXML(&body); err != nil {
		return err
	}
	encryption, err := body.configuration()
	if err != nil {
		return err
	}
	if encryption != nil {
		if err := x.checkEncryption(encryption); err != nil {
			return err
		}
	}
	x.bucket.mu.Lock()
	x.bucket.encryption = encryption
	x.bucket.mu.Unlock()
	return x.empty(http.StatusOK)
}

func (x *exchange) checkEncryption(e *bucketEncryption) error {
	switch e.Algorithm {
	case string(sse.ModeAES256), string(sse.ModeSM4):
		if e.Algorithm == string(sse.ModeSM4) && x.undocumented.BucketSM4Refused {
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
