package cosmock_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Unlike an object, a bucket without tags has no tag set: 404.
func TestBucketTagging(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("GET", "/?tagging", "").want(t, 404, "NoSuchTagSet")
	r.do("PUT", "/?tagging", "not XML").want(t, 400, "MalformedXML")
	r.do("PUT", "/?tagging", tagging, "Content-MD5", "mQ/fVh815F3k6TAUm8m0eg==").want(t, 400, "BadDigest")
	r.do("PUT", "/?tagging", strings.ReplaceAll(tagging, "<Key>a", "<Key>!")).want(t, 400, "InvalidTag")
	r.do("GET", "/?tagging", "").want(t, 404, "NoSuchTagSet")
	r.do("PUT", "/?tagging", tagging).want(t, 204, "")
	if a := r.do("GET", "/?tagging", ""); a.status != 200 || !strings.Contains(a.body, tagging) {
		t.Errorf("%d %s", a.status, a.body)
	}
	r.do("PUT", "/k", "x").want(t, 200, "")
	if a := r.do("GET", "/k?tagging", ""); strings.Contains(a.body, "<Tag>") {
		t.Errorf("the object has the bucket's tags: %s", a.body)
	}
	for n, status := range map[int]int{50: 204, 51: 400} {
		var tags strings.Builder
		for i := range n {
			fmt.Fprintf(&tags, "<Tag><Key>k%d</Key><Value>v</Value></Tag>", i)
		}
		if a := r.do("PUT", "/?tagging", "<Tagging><TagSet>"+tags.String()+"</TagSet></Tagging>"); a.status != status {
			t.Errorf("%d tags are answered by %d %s", n, a.status, a.body)
		}
	}
	r.do("DELETE", "/?tagging", "").want(t, 204, "")
	r.do("GET", "/?tagging", "").want(t, 404, "NoSuchTagSet")
	r.do("DELETE", "/?tagging", "").want(t, 204, "")
}
