package cosmock_test

import (
	"regexp"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// COS ignores If-None-Match on writes, as measured on PUT. An option makes it
// take effect.
func TestConditionalWrites(t *testing.T) {
	complete := func(r *raw, key string, headers ...string) answer {
		id := regexp.MustCompile(`<UploadId>(.*)</UploadId>`).FindStringSubmatch(r.do("POST", "/"+key+"?uploads", "").body)[1]
		part := r.do("PUT", "/"+key+"?partNumber=1&uploadId="+id, "hello").header.Get("ETag")
		return r.do("POST", "/"+key+"?uploadId="+id,
			"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+part+"</ETag></Part></CompleteMultipartUpload>", headers...)
	}
	writes := map[string]func(r *raw, key string, headers ...string) answer{
		"PUT": func(r *raw, key string, h ...string) answer { return r.do("PUT", "/"+key, "new", h...) },
		"copy": func(r *raw, key string, h ...string) answer {
			return r.do("PUT", "/"+key, "", with(h, "x-cos-copy-source", r.host+"/source")...)
		},
		"parts":  complete,
		"DELETE": func(r *raw, key string, h ...string) answer { return r.do("DELETE", "/"+key, "", h...) },
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			for _, heeded := range []bool{false, true} {
				s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{ConditionalWrites: heeded}})
				r := newRaw(t, s)
				r.do("PUT", "/source", "source").want(t, 200, "")
				for condition, header := range map[string][]string{
					"there already": {"If-None-Match", "*"}, "another": {"If-Match", `"00000000000000000000000000000000"`},
				} {
					etag := r.do("PUT", "/k", "old").header.Get("ETag")
					a := write(r, "k", header...)
					if heeded != (a.status == 412 && a.code() == "PreconditionFailed") {
						t.Errorf("%s, heeded %v: %d %s", condition, heeded, a.status, a.body)
					}
					if got := r.do("HEAD", "/k", "").header.Get("ETag"); heeded != (got == etag) {
						t.Errorf("%s, heeded %v: the ETag is %s, was %s", condition, heeded, got, etag)
					}
				}
				etag := r.do("PUT", "/k", "old").header.Get("ETag")
				if a := write(r, "k", "If-Match", etag); a.status/100 != 2 {
					t.Errorf("a condition that holds: %d %s", a.status, a.body)
				}
				if a := write(r, "fresh", "If-None-Match", "*"); a.status/100 != 2 {
					t.Errorf("nothing there: %d %s", a.status, a.body)
				}
			}
		})
	}
}
