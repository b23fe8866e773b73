package cosmock

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// keyStore holds the keys that wrap data keys: the server's master key, for
// SSE-COS and unencrypted objects, and the KMS keys.
type keyStore struct {
	master []byte

	mu  sync.RWMutex
	kms map[string]*kmsKey
}

type kmsKey struct {
	key      []byte
	disabled bool
}

func newKeyStore(kmsIDs []string) (*keyStore, error) {
	k := &keyStore{kms: map[string]*kmsKey{}}
	var err error
	if k.master, err = randomKey(); err != nil {
		return nil, err
	}
	for _, id := range kmsIDs {
		key, err := randomKey()
		if err != nil {
			return nil, err
		}
		k.kms[id] = &kmsKey{key: key}
	}
	return k, nil
}

func randomKey() ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return key, nil
}

// kmsKey returns a usable key, or the KMS error that says why it is not usable.
func (k *keyStore) kmsKey(id string) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	switch key := k.kms[id]; {
	case key == nil:
		return nil, fail("KmsKeyNotExist")
	case key.disabled:
		return nil, fail("KmsKeyDisabled")
	default:
		return key.key, nil
	}
}

// protection describes how an object or an upload is encrypted. It is stored with
// the object and contains only a digest of the customer key, not the key.
type protection struct {
	mode     sse.Mode
	kmsKeyID string
	context  string // decoded JSON of the KMS encryption context

	keyMD5    string // of the customer key, in base64
	salt, mac []byte // salted HMAC of the customer key
}

// protectWith returns the protection for a customer key.
func protectWith(key sse.CustomerKey) (protection, error) {
	salt, err := randomKey()
	if err != nil {
		return protection{}, err
	}
	return protection{mode: sse.ModeCustomer, keyMD5: key.MD5(), salt: salt, mac: saltedMAC(salt, key)}, nil
}

func saltedMAC(salt []byte, key sse.CustomerKey) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(key.Bytes())
	return mac.Sum(nil)
}

// opensWith reports whether the customer key is the one that the object is
// encrypted with.
func (p protection) opensWith(key sse.CustomerKey) bool {
	return !key.IsZero() && subtle.ConstantTimeCompare(p.mac, saltedMAC(p.salt, key)) == 1
}

// wrappingKey returns the key that wraps the data keys of a protection. SSE-C
// requires the customer key; other modes ignore it.
func (k *keyStore) wrappingKey(p protection, customer sse.CustomerKey) ([]byte, error) {
	switch p.mode {
	case sse.ModeCustomer:
		return customer.Bytes(), nil
	case sse.ModeKMS:
		return k.kmsKey(p.kmsKeyID)
	default:
		return k.master, nil
	}
}

// newDataKey returns a new data key and its wrapped form. The wrapping
// authenticates the encryption context, as KMS does.
func (k *keyStore) newDataKey(p protection, customer sse.CustomerKey) (dataKey, wrapped []byte, err error) {
	wrapping, err := k.wrappingKey(p, customer)
	if err != nil {
		return nil, nil, err
	}
	if dataKey, err = randomKey(); err != nil {
		return nil, nil, err
	}
	aead, err := newGCM(wrapping)
	if err != nil {
		return nil, nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, nil, fmt.Errorf("making a nonce: %w", err)
	}
	return dataKey, aead.Seal(nonce, nonce, dataKey, []byte(p.context)), nil
}

// unwrap decrypts a wrapped data key.
func (k *keyStore) unwrap(wrapped []byte, p protection, customer sse.CustomerKey) ([]byte, error) {
	wrapping, err := k.wrappingKey(p, customer)
	if err != nil {
		return nil, err
	}
	aead, err := newGCM(wrapping)
	if err != nil {
		return nil, err
	}
	nonce, sealed := wrapped[:aead.NonceSize()], wrapped[aead.NonceSize():]
	dataKey, err := aead.Open(nil, nonce, sealed, []byte(p.context))
	if err != nil {
		return nil, errCorrupt
	}
	return dataKey, nil
}
