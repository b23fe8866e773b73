package cosmock_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Headers are stored unchanged even if they violate a standard, such as text in
// other alphabets and invalid dates.
func TestHeadersAreKeptVerbatim(t *testing.T) {
	t.Parallel()
	r := newRaw(t, start(t, cosmock.Options{}))
	want := map[string]string{
		"Content-Disposition": `attachment; filename="报表.txt"`,
		"Expires":             "0",
		"X-Cos-Meta-Title":    "中文标题",
		"X-Cos-Meta-Latin":    "caf\xe9", // not valid UTF-8
	}
	var sent []string
	for name, value := range want {
		sent = append(sent, name, value)
	}
	r.do("PUT", "/a", "x", sent...).want(t, 200, "")
	r.do("PUT", "/b", "", "x-cos-copy-source", r.host+"/a").want(t, 200, "")
	r.do("PUT", "/a", "", append(sent, "x-cos-copy-source", r.host+"/a", "x-cos-metadata-directive", "Replaced")...).want(t, 200, "")
	for _, target := range []string{"/a", "/b"} {
		a := r.do("HEAD", target, "")
		a.want(t, 200, "")
		got := map[string]string{}
		for name := range want {
			got[name] = a.header.Get(name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}
