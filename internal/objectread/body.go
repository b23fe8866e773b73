package objectread

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Errors of reading a body.
var (
	errBodyChanged   = errors.New("the object was replaced while it was read: run again")
	errBodyTruncated = errors.New("the body broke off before its end")
	errBodyAltered   = errors.New("the body is not what COS has: its CRC64 differs")
	errOtherKey      = errors.New("the object is not encrypted with the customer key that is declared")
)

// found is an object with its HEAD response.
type found struct {
	loc  cosclient.Location
	in   cosclient.HeadInput // customer key and version for further requests
	name string              // of the key, if it came from the keyring
	info cosclient.Info
}

// find sends a HEAD for a version of an object; "" is the latest version. It uses
// the declared key or, if there is none, the matching key of the keyring.
func find(ctx context.Context, data *providerdata.Data, loc cosclient.Location, version string, key sse.CustomerKey) (found, error) {
	f := found{loc: loc, in: cosclient.HeadInput{CustomerKey: key, VersionID: version}}
	var err error
	if key.IsZero() {
		f.info, f.name, err = data.Inspector().SearchKeyring(ctx, loc, version)
		f.in.CustomerKey, _ = data.Keyring.ByName(f.name)
		if err != nil && data.Keyring.Unknown() {
			err = fmt.Errorf("%w. The provider's sse_customer_keys are not known yet: apply what they depend on first", err)
		}
	} else {
		f.info, err = data.Inspector().Head(ctx, loc, f.in)
		if err == nil && f.info.Encryption.CustomerKeyMD5 != key.MD5() {
			return found{}, fmt.Errorf("%w (MD5 %s): it has %s", errOtherKey, key.MD5(), f.info.Encryption)
		}
	}
	searched := key.IsZero() && inspect.Refused(err) && !data.PlainHTTP // and the search explains a failure
	if err != nil && !searched {
		err = data.Client.Explain(ctx, loc, f.in, err)
	}
	if data.PlainHTTP && errors.Is(err, cosclient.ErrCustomerKey) {
		err = fmt.Errorf("%w. %s", err, encryption.PlainHTTPDetail)
	}
	if errors.Is(err, cosclient.ErrNotFound) {
		err = data.Inspector().ExplainMissing(ctx, loc, err)
	}
	if err != nil {
		return found{}, err
	}
	if f.in.VersionID == "" {
		f.in.VersionID = f.info.VersionID
	}
	return f, nil
}

// read downloads part of the body. The version and ETag ensure that it belongs to
// the object that HEAD described. proved is false if COS has no CRC64 to verify
// the whole body with.
func (f found) read(ctx context.Context, client *cosclient.Client, offset, length int64) (body []byte, proved bool, err error) {
	whole := offset == 0 && length == f.info.Length
	asked := length
	if whole {
		asked = -1 // no Range, so the response is a 200
	}
	r, got, err := client.GetRange(ctx, f.loc, f.in, offset, asked)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = r.Close() }()
	if !f.same(got) {
		return nil, false, errBodyChanged
	}
	body, err = io.ReadAll(io.LimitReader(r, length+1))
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", errBodyTruncated, err)
	}
	if int64(len(body)) != length {
		return nil, false, fmt.Errorf("%w: it has %d bytes instead of %d", errBodyTruncated, len(body), length)
	}
	sums := []string{f.info.CRC64, got.CRC64}
	if whole {
		sums = append(sums, content.SumBytes(body).CRC64String())
	}
	if err := agree(sums); err != nil {
		return nil, false, err
	}
	return body, !whole || f.info.CRC64 != "" || got.CRC64 != "", nil
}

// same reports whether a response to GET belongs to the object that HEAD
// described.
func (f found) same(got cosclient.Info) bool {
	return got.ETag == f.info.ETag && got.VersionID == f.info.VersionID && (got.Length < 0 || got.Length == f.info.Length)
}

// agree returns an error unless all checksums are equal. It ignores empty ones.
func agree(sums []string) error {
	first := ""
	for _, sum := range sums {
		switch {
		case sum == "" || sum == first:
		case first == "":
			first = sum
		default:
			return errBodyAltered // without the checksums, which would reveal a short secret
		}
	}
	return nil
}
