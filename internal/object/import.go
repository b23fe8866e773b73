package object

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

var _ resource.ResourceWithImportState = (*Resource)(nil)

// maxKeysTried bounds how many keys of the keyring are sent to find the one of
// an imported object.
const maxKeysTried = 16

// ImportState takes an object over by its id or its identity. Read finds out
// the rest.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	loc, err := cosclient.Location{}, error(nil)
	if req.ID != "" {
		loc, err = parseImportID(req.ID)
	} else if req.Identity != nil {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		loc = model{Bucket: identity.Bucket, Key: identity.Key, Region: identity.Region}.location()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid Import ID", sentence(err.Error())+".")
		return
	}
	if r.data.Client == nil {
		resp.Diagnostics.AddError("Unable to Import Encrypted Object", r.data.WhyNoClient())
		return
	}
	if loc.Region == "" {
		loc.Region = r.data.Region
	}
	m := model{Bucket: types.StringValue(loc.Bucket), Key: types.StringValue(loc.Key), Region: types.StringValue(loc.Region)}
	switch {
	case loc.Region == "":
		resp.Diagnostics.AddError("No Region", fmt.Sprintf("The region of the bucket is needed to import %s: put it before the bucket, as in ap-guangzhou:%s/%s, or set it in the provider block.", loc, loc.Bucket, loc.Key))
	default:
		resp.Diagnostics.Append(m.validate()...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]types.String{"bucket": m.Bucket, "key": m.Key, "region": m.Region, "id": m.id()} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// parseImportID reads bucket/key, cos://bucket/key or region:bucket/key. The
// first slash splits, and the key is taken verbatim.
func parseImportID(id string) (cosclient.Location, error) {
	if err := checkImportID(id); err != nil {
		return cosclient.Location{}, err
	}
	rest := strings.TrimPrefix(id, "cos://")
	bucket, key, ok := strings.Cut(rest, "/")
	region, name, named := strings.Cut(bucket, ":")
	if named {
		bucket = name
	} else {
		region = ""
	}
	if !ok || bucket == "" || key == "" || named && region == "" {
		return cosclient.Location{}, notImportable(id)
	}
	return cosclient.Location{Region: region, Bucket: bucket, Key: key}, nil
}

// imported reports a state that has been imported or moved and never read.
func (m model) imported() bool { return m.ContentLength.IsNull() }

// searchKeyring reads a version of an object, "" for the latest, of which
// nothing is known: without a key, and where COS refuses that, with the keys of
// the keyring in the order of their names. It returns the name that fits.
func searchKeyring(ctx context.Context, data *providerdata.Data, loc cosclient.Location, version string) (info cosclient.Info, name string, err error) {
	without := cosclient.HeadInput{VersionID: version}
	info, err = data.Client.Head(ctx, loc, without)
	if errors.Is(err, cosclient.ErrNotFound) {
		// A HEAD does not tell an object that is not there from a bucket.
		return info, "", data.Client.Explain(ctx, loc, without, err)
	}
	if !refused(err) || data.PlainHTTP {
		return info, "", err
	}
	if errors.Is(err, cosclient.ErrForbidden) {
		// No key is sent for credentials that COS does not take at all.
		if explained := data.Client.Explain(ctx, loc, without, err); badCredentials(explained) {
			return info, "", explained
		}
	}
	found, name, tried, failed := tryKeys(ctx, data, loc, version, "")
	if name != "" || failed != nil {
		return found, name, failed
	}
	err = data.Client.Explain(ctx, loc, without, err)
	if errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
		err = fmt.Errorf("%w; none of the %d keys of the keyring that were tried fits. If the object is encrypted with a customer key (SSE-C), add that key to the provider's sse_customer_keys: at most %d are tried, in the order of their names", err, tried, maxKeysTried)
	}
	return info, "", err
}

// tryKeys reads an object with the keys of the keyring, in the order of their
// names, but for the one whose MD5 is known not to fit. It returns the name of
// the one that fits, "" if none does.
func tryKeys(ctx context.Context, data *providerdata.Data, loc cosclient.Location, version, except string) (info cosclient.Info, name string, tried int, err error) {
	for _, name := range data.Keyring.Names() {
		key, _ := data.Keyring.ByName(name)
		if key.IsZero() || key.MD5() == except {
			continue // not known yet, or tried already
		}
		if tried == maxKeysTried {
			break
		}
		tried++
		info, err := data.Client.Head(ctx, loc, cosclient.HeadInput{CustomerKey: key, VersionID: version})
		if err == nil && info.Encryption.Mode == sse.ModeCustomer {
			return info, name, tried, nil
		}
		if err != nil && !refused(err) {
			return cosclient.Info{}, "", tried, err
		}
	}
	return cosclient.Info{}, "", tried, nil
}
