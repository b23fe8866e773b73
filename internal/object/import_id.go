package object

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

const importForms = "use bucket/key, cos://bucket/key or region:bucket/key, such as examplebucket-1250000000/path/file.txt"

// notImportable is the error of an import id that names no object. It shows the
// id only where that can be no URL: a presigned one is a secret, and so may be
// a user name in one.
func notImportable(id string) error {
	if strings.ContainsAny(id, "?=&@") || strings.Contains(strings.TrimPrefix(id, "cos://"), "://") {
		return errors.New("the id is not an object: " + importForms)
	}
	return fmt.Errorf("%q is not an object: %s", id, importForms)
}

// refuseURL refuses an import id that is a URL, and one with a signature in it,
// which would be taken for a part of the key. It names the object of the URL,
// and nothing else of it.
func refuseURL(id string) error {
	lower := strings.ToLower(id)
	signed := false
	for _, parameter := range []string{"q-signature=", "q-sign-algorithm=", "x-cos-security-token="} {
		signed = signed || strings.Contains(lower, parameter)
	}
	url := strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://")
	switch {
	case url:
		loc, _, err := cosclient.ParseURL("https" + id[strings.Index(id, "://"):])
		if err != nil || loc.Region == "" {
			return errors.New("the id is a URL: " + importForms)
		}
		return fmt.Errorf("the id is a URL: use %s:%s/%s", loc.Region, loc.Bucket, loc.Key)
	case signed:
		return errors.New("the id has the signature of a presigned URL in it, which no key has: leave out the ? and what follows it. A key that really has it is imported by identity")
	}
	return nil
}
