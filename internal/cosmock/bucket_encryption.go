package cosmock

import (
	"encoding/xml"
	"net/http"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// bucketEncryption is a bucket's default encryption ("PUT Bucket encryption"). It
// spells SSE-KMS "KMS", not "cos/kms" as the object headers do.
type bucketEncryption struct {
	XMLName      xml.Name `xml:"ServerSideEncryptionConfiguration"`
	Algorithm    string   `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
	KMSKeyID     string   `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSMasterKeyID,omitempty"`
	KMSAlgorithm string   `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSAlgorithm,omitempty"`
}

// bucketEncryptionRequest is the body of PUT Bucket encryption. Older SDKs name
// the element in a rule ApplySideEncryptionConfiguration, which COS accepts.
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

// configuration returns the requested configuration, or nil if the request has no
// rule.
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

// defaultProtection returns the protection of an upload that has no encryption
// headers.
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

// shownEncryption is a replaced configuration that GET returns until a point in
// time. A nil configuration means that there was none.
type shownEncryption struct {
	until      time.Time
	encryption *bucketEncryption
}

// setEncryption replaces the configuration. It applies to uploads at once, even
// while GET still returns the previous one.
func (b *bucket) setEncryption(s *Server, encryption *bucketEncryption) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if lag := s.opts.BucketEncryptionLag; lag > 0 {
		b.older = append(b.older, shownEncryption{s.now().Add(lag), b.encryption})
	}
	b.encryption = encryption
}

// shownEncryption returns the configuration that GET returns at a point in time.
func (b *bucket) shownEncryption(now time.Time) *bucketEncryption {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.older) > 0 && !now.Before(b.older[0].until) {
		b.older = b.older[1:]
	}
	if len(b.older) > 0 {
		return b.older[0].encryption
	}
	return b.encryption
}

// getEncryption implements GET Bucket encryption.
func (x *exchange) getEncryption() error {
	encryption := x.bucket.shownEncryption(x.server.now())
	if encryption == nil {
		return fail("NoSuchEncryptionConfiguration")
	}
	return x.xml(encryption)
}

// putEncryption implements PUT Bucket encryption. It does not change existing
// objects.
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
	x.bucket.setEncryption(x.server, encryption)
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

// deleteEncryption implements DELETE Bucket encryption.
func (x *exchange) deleteEncryption() error {
	x.bucket.setEncryption(x.server, nil)
	return x.empty(http.StatusNoContent)
}
