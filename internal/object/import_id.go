package object

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// importForms are the ids that an import takes.
const importForms = "bucket/key, cos://bucket/key or region:bucket/key, such as ap-guangzhou:examplebucket-1250000000/path/file.txt"

// checkImportID refuses what people paste in place of an id, and names the id
// to use instead. It quotes no URL with parameters: one that is presigned is a
// secret.
func checkImportID(id string) error {
	rest := strings.TrimPrefix(id, "cos://")
	if region, object, ok := strings.Cut(rest, ":cos://"); ok && !strings.Contains(region, "/") {
		return fmt.Errorf("%q has both a region and cos://: leave cos:// out, and use %s:%s. An id is %s", id, region, object, importForms)
	}
	if scheme, _, ok := strings.Cut(id, "://"); !ok || scheme == "cos" || strings.Contains(scheme, "/") {
		return nil
	}
	u, err := url.Parse(id)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("the id is a URL, which does not name an object of COS. An id is " + importForms)
	}
	if loc, version, err := cosclient.ParseURL(id); err == nil {
		text := fmt.Sprintf("the id is the URL of an object: use %s", location(loc))
		if version != "" {
			text += ". The latest version is what is imported, whatever version the URL names"
		}
		return errors.New(text + ". An id is " + importForms)
	}
	query := u.Query()
	loc := cosclient.Location{Region: query.Get("region"), Bucket: query.Get("bucket"), Key: "<key>"}
	if strings.HasPrefix(u.Hostname(), "console.") && bucketPattern.MatchString(loc.Bucket) && cosclient.IsRegion(loc.Region) {
		return fmt.Errorf("the id is the URL of a page of the console: use %s, with the key of the object for <key>. An id is %s", location(loc), importForms)
	}
	return errors.New("the id is a URL, and not the one of an object at COS's own hosts. An id is " + importForms)
}

// location writes an id with its region, if that is known.
func location(loc cosclient.Location) string {
	if loc.Region == "" {
		return loc.Bucket + "/" + loc.Key
	}
	return loc.Region + ":" + loc.Bucket + "/" + loc.Key
}
