package inspect

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// MaxKeysTried bounds how many keys of the keyring are sent to find the one of
// an object.
const MaxKeysTried = 16

// SearchKeyring reads a version of an object, "" for the latest, of which
// nothing is known: without a key, and if COS refuses that, with the keys of
// the keyring in the order of their names. It returns the name that fits.
func (i Inspector) SearchKeyring(ctx context.Context, loc cosclient.Location, version string) (info cosclient.Info, name string, err error) {
	without := cosclient.HeadInput{VersionID: version}
	info, err = i.Client.Head(ctx, loc, without)
	if errors.Is(err, cosclient.ErrNotFound) {
		// A HEAD does not tell an object that is not there from a bucket.
		return info, "", i.Client.Explain(ctx, loc, without, err)
	}
	if !Refused(err) || i.PlainHTTP {
		return info, "", err
	}
	if errors.Is(err, cosclient.ErrForbidden) {
		// No key is sent for credentials that COS does not take at all.
		if explained := i.Client.Explain(ctx, loc, without, err); badCredentials(explained) {
			return info, "", explained
		}
	}
	found, name, tried, failed := i.tryKeys(ctx, loc, version, "")
	if name != "" || failed != nil {
		return found, name, failed
	}
	err = i.Client.Explain(ctx, loc, without, err)
	if errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
		err = fmt.Errorf("%w; none of the %d keys of the keyring that were tried fits. If the object is encrypted with a customer key (SSE-C), add that key to the provider's sse_customer_keys: at most %d are tried, in the order of their names", err, tried, MaxKeysTried)
	}
	return info, "", err
}

// tryKeys reads an object with the keys of the keyring, in the order of their
// names, but for the one whose MD5 is known not to fit. It returns the name of
// the one that fits, "" if none does.
func (i Inspector) tryKeys(ctx context.Context, loc cosclient.Location, version, except string) (info cosclient.Info, name string, tried int, err error) {
	for _, name := range i.Keyring.Names() {
		key, _ := i.Keyring.ByName(name)
		if key.IsZero() || key.MD5() == except {
			continue // not known yet, or tried already
		}
		if tried == MaxKeysTried {
			break
		}
		tried++
		info, err := i.Client.Head(ctx, loc, cosclient.HeadInput{CustomerKey: key, VersionID: version})
		if err == nil && info.Encryption.Mode == sse.ModeCustomer {
			return info, name, tried, nil
		}
		if err != nil && !Refused(err) {
			return cosclient.Info{}, "", tried, err
		}
	}
	return cosclient.Info{}, "", tried, nil
}
