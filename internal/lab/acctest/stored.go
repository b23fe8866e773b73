package acctest

import (
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Holds compares an object in the server's first bucket: its plaintext and its
// encryption.
func (w *World) Holds(key, body string, encryption sse.Observed) Check {
	return w.HoldsIn(w.Bucket(), key, body, encryption)
}

// HoldsIn is like Holds for another bucket.
func (w *World) HoldsIn(bucket, key, body string, encryption sse.Observed) Check {
	return func() error {
		o, ok := w.Server.Object(bucket, key)
		if !ok {
			return fmt.Errorf("there is no object %q in %s", key, bucket)
		}
		got := sse.Observed{Mode: o.Mode, KMSKeyID: o.KMSKeyID, CustomerKeyMD5: o.CustomerKeyMD5}
		if err := Differ(fmt.Sprintf("encryption of %q", key), encryption, got); err != nil {
			return err
		}
		text, err := Plaintext(o)
		if err != nil {
			return err
		}
		return Differ(fmt.Sprintf("body of %q", key), body, text)
	}
}

// Plaintext returns the decrypted body of an object, with the test key that fits.
func Plaintext(o cosmock.Object) (string, error) {
	var customer sse.CustomerKey
	for md5, text := range map[string]string{KeyAMD5: KeyA, KeyBMD5: KeyB} {
		if o.CustomerKeyMD5 != md5 {
			continue
		}
		var err error
		if customer, err = sse.ParseCustomerKey(text); err != nil {
			return "", err
		}
	}
	text, err := o.Plaintext(customer)
	return string(text), err
}

// Body compares the plaintext of an object in any encryption mode.
func (w *World) Body(key, want string) Check {
	return w.That(key, "body", want, func(o cosmock.Object) any {
		text, err := Plaintext(o)
		if err != nil {
			return err
		}
		return text
	})
}

// That compares a property of an object.
func (w *World) That(key, what string, want any, of func(cosmock.Object) any) Check {
	return func() error {
		o, ok := w.Stored(key)
		if !ok {
			return fmt.Errorf("there is no object %q", key)
		}
		return Differ(fmt.Sprintf("%s of %q", what, key), want, of(o))
	}
}

// HasKeys compares the keys in the first bucket. Without keys it expects an empty
// bucket.
func (w *World) HasKeys(want ...string) Check {
	return func() error { return Differ("keys", nonNil(want), nonNil(w.Keys(w.Bucket()))) }
}

// HasVersions compares the number of versions and delete markers of a key.
func (w *World) HasVersions(key string, want int) Check {
	return func() error { return Differ("versions of "+key, want, w.Versions(w.t, key)) }
}
