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

// keyStore holds the keys that wrap data keys: the server's own, for SSE-COS
// and objects without encryption, and the ones in KMS.
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

// kmsKey finds a key that can be used, or says like KMS why not.
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

// protection is how an object or an upload is encrypted. It is kept with the
// object, and holds no customer key: only what recognises one.
type protection struct {
	mode     sse.Mode
	kmsKeyID string
	context  string // decoded JSON of the KMS encryption context

	keyMD5    string // of the customer key, in base64
	salt, mac []byte // HMAC of the customer key under a salt
}

// protectWith makes the protection of a customer key.
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

// opensWith reports whether the customer key is the one of the protection.
func (p protection) opensWith(key sse.CustomerKey) bool {
	return !key.IsZero() && subtle.ConstantTimeCompare(p.mac, saltedMAC(p.salt, key)) == 1
}

// wrappingKey returns the key that wraps the data keys of a protection. The
// customer key counts only under SSE-C, where it has to be given.
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

// newDataKey makes a data key and its wrapped form. The encryption context is
// part of the wrapping, as in KMS.
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

// unwrap opens a wrapped data key.
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
