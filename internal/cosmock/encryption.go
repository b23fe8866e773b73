package cosmock

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// encryptionHeaders lists the headers for a write's destination and for a read.
func encryptionHeaders() []string {
	return []string{
		sse.HeaderMode, sse.HeaderKMSKeyID, sse.HeaderKMSContext,
		sse.HeaderCustomerAlgorithm, sse.HeaderCustomerKey, sse.HeaderCustomerKeyMD5,
	}
}

func carriesEncryption(h http.Header) bool {
	for _, name := range encryptionHeaders() {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

func dropEncryption(h http.Header) {
	for _, name := range encryptionHeaders() {
		h.Del(name)
	}
}

// triple holds the names of the three SSE-C headers.
type triple struct{ algorithm, key, md5 string }

var (
	destinationTriple = triple{sse.HeaderCustomerAlgorithm, sse.HeaderCustomerKey, sse.HeaderCustomerKeyMD5}
	sourceTriple      = triple{sse.HeaderCopySourceCustomerAlgorithm, sse.HeaderCopySourceCustomerKey,
		sse.HeaderCopySourceCustomerKeyMD5}
)

// customerKey reads an SSE-C triple. It returns the zero key if none of the
// headers is set, and an error if they are incomplete or inconsistent.
func (x *exchange) customerKey(names triple) (sse.CustomerKey, error) {
	h := x.r.Header
	algorithm, text, sum := h.Get(names.algorithm), h.Get(names.key), h.Get(names.md5)
	if algorithm == "" && text == "" && sum == "" {
		return sse.CustomerKey{}, nil
	}
	if x.r.TLS == nil && !x.undocumented.CustomerKeyOverHTTP {
		return sse.CustomerKey{}, x.undocumented.CustomerKeyInsecure.err()
	}
	invalid := x.undocumented.CustomerKeyInvalid.err()
	if algorithm != sse.CustomerAlgorithm {
		return sse.CustomerKey{}, invalid
	}
	encoding := base64.StdEncoding.Strict()
	if x.undocumented.CustomerKeyUnpadded && !strings.Contains(text, "=") {
		encoding = base64.RawStdEncoding.Strict()
	}
	raw, err := encoding.DecodeString(text)
	if err != nil {
		return sse.CustomerKey{}, invalid
	}
	key, err := sse.NewCustomerKey(raw)
	if err != nil {
		return sse.CustomerKey{}, invalid
	}
	if want := md5.Sum(raw); sum != base64.StdEncoding.EncodeToString(want[:]) {
		return sse.CustomerKey{}, invalid
	}
	return key, nil
}

// writeEncryption returns the encryption that a write (PUT Object, PUT Object -
// Copy, Initiate Multipart Upload) requests. Without encryption headers, the
// bucket's default applies to uploads ("Bucket Encryption Overview") but not to
// copies ("PUT Object - Copy").
func (x *exchange) writeEncryption() (protection, sse.CustomerKey, error) {
	none := sse.CustomerKey{}
	key, err := x.customerKey(destinationTriple)
	if err != nil {
		return protection{}, none, err
	}
	h := x.r.Header
	mode, keyID, context := sse.Mode(h.Get(sse.HeaderMode)), h.Get(sse.HeaderKMSKeyID), h.Get(sse.HeaderKMSContext)
	if !key.IsZero() {
		if mode != "" || keyID != "" || context != "" {
			return protection{}, none, x.undocumented.MixedEncryption.err()
		}
		p, err := protectWith(key)
		return p, key, err
	}
	switch mode {
	case sse.ModeKMS:
		p, err := x.kmsProtection(keyID, context)
		return p, none, err
	case sse.ModeAES256, sse.ModeSM4:
		if mode == sse.ModeSM4 && !x.server.opts.SM4 {
			return protection{}, none, x.undocumented.UnknownAlgorithm.err()
		}
		if x.presigned && !x.undocumented.PresignedSSECOS {
			return protection{}, none, fail("SSEHeaderNotAllowed")
		}
	case sse.ModeNone:
		if keyID != "" || context != "" {
			return protection{}, none, failf("InvalidArgument", "A KMS key id or context needs x-cos-server-side-encryption: cos/kms.")
		}
		if x.r.Header.Get(headerCopySource) != "" && !x.undocumented.DefaultEncryptsCopies {
			return protection{}, none, nil
		}
		return x.bucket.defaultProtection(), none, nil
	default:
		return protection{}, none, x.undocumented.UnknownAlgorithm.err()
	}
	if keyID != "" || context != "" {
		return protection{}, none, failf("InvalidArgument", "A KMS key id or context needs x-cos-server-side-encryption: cos/kms.")
	}
	return protection{mode: mode}, none, nil
}

func (x *exchange) kmsProtection(keyID, context string) (protection, error) {
	if keyID == "" {
		keyID = DefaultKMSKeyID
	}
	if _, err := x.server.keys.kmsKey(keyID); err != nil {
		return protection{}, err
	}
	p := protection{mode: sse.ModeKMS, kmsKeyID: keyID}
	if context != "" {
		decoded, err := base64.StdEncoding.DecodeString(context)
		var object map[string]any
		if err != nil || json.Unmarshal(decoded, &object) != nil || object == nil {
			return protection{}, x.undocumented.InvalidContext.err()
		}
		p.context = string(decoded)
	}
	return p, nil
}

// readKey checks the SSE headers of GET, HEAD and restore against the object, and
// returns the customer key if the object needs one.
func (x *exchange) readKey(p protection) (sse.CustomerKey, error) {
	for _, name := range []string{sse.HeaderMode, sse.HeaderKMSKeyID, sse.HeaderKMSContext} {
		if x.r.Header.Get(name) != "" {
			return sse.CustomerKey{}, fail("SSEHeaderNotAllowed")
		}
	}
	key, err := x.customerKey(destinationTriple)
	if err != nil {
		return sse.CustomerKey{}, err
	}
	if p.mode != sse.ModeCustomer && !key.IsZero() {
		if x.undocumented.CustomerKeyIgnored {
			return sse.CustomerKey{}, nil
		}
		return sse.CustomerKey{}, x.undocumented.CustomerKeyNotApplicable.err()
	}
	return key, x.checkCustomerKey(p, key)
}

// checkCustomerKey checks a key against the one that the object is encrypted
// with.
func (x *exchange) checkCustomerKey(p protection, key sse.CustomerKey) error {
	switch {
	case p.mode != sse.ModeCustomer || p.opensWith(key):
		return nil
	case key.IsZero():
		return x.undocumented.CustomerKeyMissing.err()
	default:
		return x.undocumented.CustomerKeyWrong.err()
	}
}

// echoEncryption sets the response headers of an encryption mode. They never
// include a customer key or an encryption context ("Common Response Headers").
func (x *exchange) echoEncryption(p protection) {
	h := x.header()
	switch p.mode {
	case sse.ModeNone:
	case sse.ModeCustomer:
		h.Set(sse.HeaderCustomerAlgorithm, sse.CustomerAlgorithm)
		h.Set(sse.HeaderCustomerKeyMD5, p.keyMD5)
	case sse.ModeKMS:
		h.Set(sse.HeaderMode, string(p.mode))
		h.Set(sse.HeaderKMSKeyID, p.kmsKeyID)
	default:
		h.Set(sse.HeaderMode, string(p.mode))
	}
}
