package object

import (
	"strings"
	"testing"
)

// A presigned URL is a secret: given as an import id it is refused, and the
// error shows nothing of it but the object.
func TestPresignedURLsAsImportIDs(t *testing.T) {
	t.Parallel()
	const canary = "canary0123456789abcdef"
	query := "?q-sign-algorithm=sha1&q-ak=AKID&q-signature=" + canary + "&x-cos-security-token=" + canary
	host := "lab-1250000000.cos.ap-guangzhou.myqcloud.com"
	for id, says := range map[string]string{
		"https://" + host + "/a/b%20c.txt" + query:            "use ap-guangzhou:lab-1250000000/a/b c.txt",
		"http://" + host + "/a" + query:                       "use ap-guangzhou:lab-1250000000/a",
		"HTTPS://" + host + "/a" + query:                      "use ap-guangzhou:lab-1250000000/a",
		"https://lab.example.com/a" + query:                   "use bucket/key",
		"https://user:" + canary + "@" + host + "/a":          "use bucket/key",
		"https://" + host + "/%zz" + query:                    "use bucket/key",
		"//" + host + "/a" + query:                            "signature of a presigned URL",
		"lab-1250000000/a" + query:                            "signature of a presigned URL",
		"cos://lab-1250000000/a" + query:                      "signature of a presigned URL",
		"ap-guangzhou:lab-1250000000/a?Q-Signature=" + canary: "signature of a presigned URL",
		"cos://https://" + host:                               "use bucket/key",
		"ftp://user:" + canary + "@" + host:                   "use bucket/key",
		"/?token=" + canary:                                   "use bucket/key",
		"lab-1250000000":                                      `"lab-1250000000" is not an object`,
	} {
		_, err := parseImportID(id)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", id, err)
		}
	}
	// What a key may well have is no reason to refuse it.
	for _, id := range []string{"lab-1250000000/a?b=c&d", "cos://lab-1250000000/https://example.com/?x=y", "lab-1250000000/q-signature"} {
		if _, err := parseImportID(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}
