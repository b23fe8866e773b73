package object

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// A presigned URL is a secret. As an import ID it is rejected, and the error
// reveals only the object.
func TestPresignedURLsAsImportIDs(t *testing.T) {
	t.Parallel()
	const canary = "canary0123456789abcdef"
	query := "?q-sign-algorithm=sha1&q-ak=AKID&q-signature=" + canary + "&x-cos-security-token=" + canary
	host := "lab-1250000000.cos.ap-guangzhou.myqcloud.com"
	for id, says := range map[string]string{
		"https://" + host + "/a/b%20c.txt" + query:            "use ap-guangzhou:lab-1250000000/a/b c.txt",
		"http://" + host + "/a" + query:                       "use ap-guangzhou:lab-1250000000/a",
		"HTTPS://" + host + "/a" + query:                      "use ap-guangzhou:lab-1250000000/a",
		"https://lab.example.com/a" + query:                   "bucket/key, cos://bucket/key",
		"https://user:" + canary + "@" + host + "/a":          "bucket/key, cos://bucket/key",
		"https://" + host + "/%zz" + query:                    "bucket/key, cos://bucket/key",
		"//" + host + "/a" + query:                            "signature of a presigned URL",
		"lab-1250000000/a" + query:                            "signature of a presigned URL",
		"cos://lab-1250000000/a" + query:                      "signature of a presigned URL",
		"ap-guangzhou:lab-1250000000/a?Q-Signature=" + canary: "signature of a presigned URL",
		"cos://https://" + host:                               "bucket/key, cos://bucket/key",
		"ftp://user:" + canary + "@" + host:                   "bucket/key, cos://bucket/key",
		"/?token=" + canary:                                   "bucket/key, cos://bucket/key",
		"lab-1250000000":                                      `"lab-1250000000" is not an object`,
	} {
		_, err := parseImportID(id)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", id, err)
		}
	}
	// Parts that also occur in real keys do not cause a rejection.
	for _, id := range []string{"lab-1250000000/a?b=c&d", "cos://lab-1250000000/https://example.com/?x=y", "lab-1250000000/q-signature"} {
		if _, err := parseImportID(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// Common mistakes in import IDs are rejected, with the ID to use.
func TestImportIDsThatPeoplePaste(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		id   string
		says string // in addition to the accepted forms
	}{
		"region and cos://":       {"ap-guangzhou:cos://lab-1250000000/a/b", "use ap-guangzhou:lab-1250000000/a/b."},
		"cos:// twice":            {"cos://ap-guangzhou:cos://lab-1250000000/a", "use ap-guangzhou:lab-1250000000/a."},
		"the URL of an object":    {"https://lab-1250000000.cos.ap-guangzhou.myqcloud.com/a%20b/c", "use ap-guangzhou:lab-1250000000/a b/c."},
		"a presigned URL":         {"https://lab-1250000000.cos.ap-guangzhou.myqcloud.com/a?q-signature=canary", "use ap-guangzhou:lab-1250000000/a."},
		"a version":               {"https://lab-1250000000.cos.ap-guangzhou.myqcloud.com/a?versionId=1", "use ap-guangzhou:lab-1250000000/a. The latest version"},
		"the accelerated URL":     {"https://lab-1250000000.cos.accelerate.myqcloud.com/a", "use lab-1250000000/a."},
		"a page of the console":   {"https://console.cloud.tencent.com/cos/bucket?bucket=lab-1250000000&region=ap-guangzhou&path=%252F", "use ap-guangzhou:lab-1250000000/<key>, "},
		"the other console":       {"https://console.tencentcloud.com/cos/bucket?bucket=lab-1250000000&region=ap-guangzhou", "use ap-guangzhou:lab-1250000000/<key>, "},
		"a console with nothing":  {"https://console.cloud.tencent.com/cos", "not the one of an object"},
		"a console that lies":     {"https://console.example.com/?bucket=%22x&region=canary", "not the one of an object"},
		"the URL of a bucket":     {"https://lab-1250000000.cos.ap-guangzhou.myqcloud.com/", "not the one of an object"},
		"a CDN":                   {"https://files.example.com/a?sign=canary", "not the one of an object"},
		"http":                    {"http://lab-1250000000.cos.ap-guangzhou.myqcloud.com/a", "use ap-guangzhou:lab-1250000000/a."},
		"another store":           {"s3://lab-1250000000/a", "does not name an object of COS"},
		"a URL that is none":      {"https://%zz?canary", "does not name an object of COS"},
		"no key":                  {"lab-1250000000", "is not an object"},
		"a region without a name": {":lab-1250000000/a", "is not an object"},
		"a bucket without a name": {"ap-guangzhou:/a", "is not an object"},
		"the name of a file":      {"./a", ""},
		"an ARN-like resource":    {"qcs::cos:ap-guangzhou:uid/1250000000:lab-1250000000/a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc, err := parseImportID(tc.id)
			if err == nil && tc.says != "" {
				t.Fatalf("%q is read as %+v", tc.id, loc)
			}
			if err == nil {
				return // the form of the bucket is checked later
			}
			for _, part := range []string{tc.says, "bucket/key, cos://bucket/key or region:bucket/key"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("%q quotes a URL with parameters", err)
			}
		})
	}
}

// A key may look like any of the above.
func TestKeysThatLookLikeURLs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"lab-1250000000/https://example.com/a", "lab-1250000000/cos://x", "ap-guangzhou:lab-1250000000/a:cos://x", "cos://lab-1250000000/x:cos://y"} {
		if _, err := parseImportID(id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// A decomposed key would import the object with the composed key, which a destroy
// would then delete.
func TestImportIDIsComposed(t *testing.T) {
	t.Parallel()
	const composed = "b-1250000000/größe.txt"
	if _, err := parseImportID(composed); err != nil {
		t.Error(err)
	}
	if _, err := parseImportID(norm.NFD.String(composed)); err == nil || !strings.Contains(err.Error(), "decomposed") {
		t.Errorf("error %v", err)
	}
}
