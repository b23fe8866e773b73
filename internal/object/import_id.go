package object

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// importForms describes the accepted forms of an import ID.
const importForms = "bucket/key, cos://bucket/key or region:bucket/key, such as ap-guangzhou:examplebucket-1250000000/path/file.txt"

// notImportable returns the error for an import ID that does not name an object. It
// quotes the ID only if it cannot be a URL, since a presigned URL is a secret, and
// any URL may contain credentials.
func notImportable(id string) error {
	if strings.ContainsAny(id, "?=&@") || strings.Contains(strings.TrimPrefix(id, "cos://"), "://") {
		return errors.New("the id is not an object. An id is " + importForms)
	}
	return fmt.Errorf("%q is not an object. An id is %s", id, importForms)
}

// checkImportID detects URLs pasted as an ID and suggests the ID to use instead. It
// never quotes the URL, because a presigned one is a secret.
func checkImportID(id string) error {
	rest := strings.TrimPrefix(id, "cos://")
	if region, object, ok := strings.Cut(rest, ":cos://"); ok && cosclient.IsRegion(region) && !signed(id) {
		return fmt.Errorf("the id has both a region and cos://: leave cos:// out, and use %s:%s. An id is %s", region, object, importForms)
	}
	scheme, _, ok := strings.Cut(id, "://")
	if !ok || scheme == "cos" || strings.Contains(scheme, "/") {
		if signed(id) {
			return errors.New("the id has the signature of a presigned URL in it, which no key has: leave out the ? and what follows it. A key that really has it is imported by identity. An id is " + importForms)
		}
		return nil
	}
	u, err := url.Parse(id)
	if err != nil || !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "http") {
		return errors.New("the id is a URL, which does not name an object of COS. An id is " + importForms)
	}
	if loc, version, err := cosclient.ParseURL("https" + id[len(scheme):]); err == nil {
		text := fmt.Sprintf("the id is the URL of an object: use %s", location(loc))
		if version != "" {
			text += ". The latest version is what is imported, whatever version the URL names"
		}
		return errors.New(text + ". An id is " + importForms)
	}
	query := u.Query()
	loc := cosclient.Location{Region: query.Get("region"), Bucket: query.Get("bucket"), Key: "<key>"}
	if strings.HasPrefix(u.Hostname(), "console.") && arguments.IsBucket(loc.Bucket) && cosclient.IsRegion(loc.Region) {
		return fmt.Errorf("the id is the URL of a page of the console: use %s, with the key of the object for <key>. An id is %s", location(loc), importForms)
	}
	return errors.New("the id is a URL, and not the one of an object at COS's own hosts. An id is " + importForms)
}

// signed reports whether an ID contains the parameters of a presigned URL.
func signed(id string) bool {
	lower := strings.ToLower(id)
	for _, parameter := range []string{"q-signature=", "q-sign-algorithm=", "x-cos-security-token="} {
		if strings.Contains(lower, parameter) {
			return true
		}
	}
	return false
}

// location formats an ID with its region, if that is known.
func location(loc cosclient.Location) string {
	if loc.Region == "" {
		return loc.Bucket + "/" + loc.Key
	}
	return loc.Region + ":" + loc.Bucket + "/" + loc.Key
}
