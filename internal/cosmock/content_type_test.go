package cosmock_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// An object that is uploaded without a type gets the type of its key's extension.
func TestMissingContentType(t *testing.T) {
	tests := map[string]struct {
		key          string
		undocumented cosmock.Undocumented
		want         string
	}{
		"zip":              {key: "1.zip", want: "application/zip"},
		"in capitals":      {key: "dir/A.JSON", want: "application/json"},
		"png":              {key: "p.png", want: "image/png"},
		"none":             {key: "1", want: "application/octet-stream"},
		"unknown":          {key: "1.qqq", want: "application/octet-stream"},
		"dot in a folder":  {key: "a.zip/b", want: "application/octet-stream"},
		"another fallback": {key: "1", undocumented: cosmock.Undocumented{DefaultContentType: "text/x"}, want: "text/x"},
		"by nothing":       {key: "1.zip", undocumented: cosmock.Undocumented{TypeByExtensionOff: true}, want: "application/octet-stream"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{Undocumented: tc.undocumented})
			r := newRaw(t, s)
			check := func(how, key, want string) {
				t.Helper()
				if got := r.do("HEAD", "/"+key, "").header.Get("Content-Type"); got != want {
					t.Errorf("%s: the type is %q, want %q", how, got, want)
				}
			}
			r.do("PUT", "/"+tc.key, "x").want(t, 200, "")
			check("PUT", tc.key, tc.want)
			r.do("PUT", "/"+tc.key, "").want(t, 200, "")
			check("PUT of nothing", tc.key, tc.want)
			r.do("PUT", "/"+tc.key, "x", "Content-Type", "x/y").want(t, 200, "")
			check("PUT with a type", tc.key, "x/y")
			r.do("PUT", "/"+tc.key, "", "x-cos-copy-source", r.host+"/"+tc.key, "x-cos-metadata-directive", "Replaced").want(t, 200, "")
			check("copy", tc.key, tc.want)
			id := regexp.MustCompile(`<UploadId>(.*)</UploadId>`).FindStringSubmatch(r.do("POST", "/"+tc.key+"?uploads", "").body)[1]
			part := r.do("PUT", "/"+tc.key+"?partNumber=1&uploadId="+id, "hello").header.Get("ETag")
			r.do("POST", "/"+tc.key+"?uploadId="+id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+part+"</ETag></Part></CompleteMultipartUpload>").want(t, 200, "")
			check("in parts", tc.key, tc.want)
			if err := s.PutObject(s.Bucket(), tc.key, cosmock.NewObject{Body: strings.NewReader("x")}); err != nil {
				t.Fatal(err)
			}
			check("by somebody else", tc.key, tc.want)
		})
	}
}
