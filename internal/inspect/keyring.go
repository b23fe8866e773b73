package inspect

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// MaxKeysTried limits how many keys of the keyring are sent to find the one for
// an object.
const MaxKeysTried = 16

// SearchKeyring reads a version of an object about which nothing is known; "" is
// the latest. It first sends no key and, if COS refuses that, the keys of the
// keyring in the order of their names. It returns the name of the matching key.
func (i Inspector) SearchKeyring(ctx context.Context, loc cosclient.Location, version string) (info cosclient.Info, name string, err error) {
	return i.search(ctx, loc, version, attempts{most: MaxKeysTried})
}

// SearchWholeKeyring is SearchKeyring for one of many objects: it tries the key
// of the name first before the others, and stops at none.
func (i Inspector) SearchWholeKeyring(ctx context.Context, loc cosclient.Location, version, first string) (info cosclient.Info, name string, err error) {
	return i.search(ctx, loc, version, attempts{first: first, most: math.MaxInt})
}

// attempts determines which keys of the keyring are tried, and in which order.
type attempts struct {
	except string // the MD5 of a key that is known not to match
	first  string // the name of the most likely key; "" for the order of the names
	most   int
}

// order returns the names of the keys in the order of the attempts.
func (a attempts) order(names []string) []string {
	at := slices.Index(names, a.first)
	if at < 0 {
		return names
	}
	return append([]string{a.first}, slices.Delete(names, at, at+1)...)
}

func (i Inspector) search(ctx context.Context, loc cosclient.Location, version string, a attempts) (info cosclient.Info, name string, err error) {
	without := cosclient.HeadInput{VersionID: version}
	info, err = i.Client.Head(ctx, loc, without)
	if errors.Is(err, cosclient.ErrNotFound) {
		// A HEAD does not distinguish a missing object from a missing bucket.
		return info, "", i.Client.Explain(ctx, loc, without, err)
	}
	if !Refused(err) || i.PlainHTTP {
		return info, "", err
	}
	if errors.Is(err, cosclient.ErrForbidden) {
		// Do not send keys if COS refuses the credentials altogether.
		if explained := i.Client.Explain(ctx, loc, without, err); badCredentials(explained) {
			return info, "", explained
		}
	}
	found, name, tried, failed := i.tryKeys(ctx, loc, version, a)
	if name != "" || failed != nil {
		return found, name, failed
	}
	err = i.Client.Explain(ctx, loc, without, err)
	if errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
		err = fmt.Errorf("%w; none of the %d keys of the keyring that were tried fits. If the object is encrypted with a customer key (SSE-C), add that key to the provider's sse_customer_keys", err, tried)
		if a.most == MaxKeysTried {
			err = fmt.Errorf("%w: at most %d are tried, in the order of their names", err, MaxKeysTried)
		}
	}
	return info, "", err
}

// tryKeys reads an object with the keys of the keyring. It returns the name of
// the matching key, or "".
func (i Inspector) tryKeys(ctx context.Context, loc cosclient.Location, version string, a attempts) (info cosclient.Info, name string, tried int, err error) {
	for _, name := range a.order(i.Keyring.Names()) {
		key, _ := i.Keyring.ByName(name)
		if key.IsZero() || key.MD5() == a.except {
			continue // unknown or already tried
		}
		if tried == a.most {
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
