package cosmock_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// A path that is empty without its dot segments addresses the bucket, even if the
// client meant an object.
func TestPathsThatCollapseAreTheBucket(t *testing.T) {
	for _, path := range []string{"/.", "/./", "/..", "/../", "/%2E", "/%2E%2E/", "/a/..", "/a/../", "/a/./..", "/a/b/../..", "/a%2F..", "/./../.", "/.//", "//.."} {
		t.Run(path, func(t *testing.T) {
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			r.do("PUT", path, "x").want(t, 409, "BucketAlreadyOwnedByYou")
			if a := r.do("GET", path, ""); !strings.Contains(a.body, "<ListBucketResult>") {
				t.Errorf("GET answers %d %s", a.status, a.body)
			}
			if got := r.do("HEAD", path, "").header.Get("X-Cos-Bucket-Region"); got != s.Region() {
				t.Errorf("HEAD tells the region %q", got)
			}
			r.do("DELETE", path, "").want(t, 204, "")
			r.do("HEAD", "/", "").want(t, 404, "")
		})
	}
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	for _, path := range []string{"/a/./b", "/a/../b", "/...", "/.a", "/a..", "/%2F", "/a/../b/.", "/../b"} {
		r.do("PUT", path, "x").want(t, 200, "")
	}
	r.host = strings.TrimPrefix(s.URL(), "https://")
	r.do("PUT", "/"+s.Bucket()+"/a/..", "x").want(t, 409, "BucketAlreadyOwnedByYou")
}

// With this option, ".." is part of a key. A single dot never is.
func TestParentSegmentsKept(t *testing.T) {
	s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{ParentSegmentsKept: true}})
	r := newRaw(t, s)
	for path, key := range map[string]string{"/abc/../": "abc/../", "///abc/.//def//../../": "//abc/.//def//../../", "/..": ".."} {
		r.do("PUT", path, path).want(t, 200, "")
		if got := r.do("GET", path, "").body; got != path {
			t.Errorf("GET %s answers %q", path, got)
		}
		r.do("PUT", "/copy", "", "x-cos-copy-source", r.host+path).want(t, 200, "")
		if _, ok := s.Object(s.Bucket(), key); !ok {
			t.Errorf("%s is not stored as %q: %q", path, key, s.Keys(s.Bucket()))
		}
	}
	for _, path := range []string{"/.", "/./", "//./"} {
		if a := r.do("GET", path, ""); !strings.Contains(a.body, "<ListBucketResult>") {
			t.Errorf("GET %s answers %d %s", path, a.status, a.body)
		}
	}
}

// A copy source either has a host or begins with a slash. It is percent-decoded
// before it is split, because cosfs encodes the slash between bucket and key.
func TestSpellingsOfTheCopySource(t *testing.T) {
	s := start(t, cosmock.Options{})
	if err := s.CreateBucket("other-1250000000", ""); err != nil {
		t.Fatal(err)
	}
	r := newRaw(t, s)
	r.do("PUT", "/dir/a%20%25%3Fb", "body").want(t, 200, "")
	for name, source := range map[string]string{
		"host":                    r.host + "/dir/a%20%25%3Fb",
		"host, slashes encoded":   r.host + "%2Fdir%2Fa%20%25%3Fb",
		"bucket":                  "/" + s.Bucket() + "/dir/a%20%25%3Fb",
		"bucket, slashes encoded": "/" + s.Bucket() + "%2Fdir%2Fa%20%25%3Fb",
		"all encoded":             "%2F" + s.Bucket() + "%2Fdir%2Fa%20%25%3Fb",
		"with a version":          "/" + s.Bucket() + "/dir/a%20%25%3Fb?versionId=null",
	} {
		t.Run(name, func(t *testing.T) {
			to := newRaw(t, s)
			to.host = "other-1250000000.cos." + s.Region() + ".myqcloud.com"
			to.do("PUT", "/copy", "", "x-cos-copy-source", source).want(t, 200, "")
			if got := to.do("GET", "/copy", "").body; got != "body" {
				t.Errorf("body is %q", got)
			}
			id := regexp.MustCompile(`<UploadId>(.*)</UploadId>`).FindStringSubmatch(to.do("POST", "/parts?uploads", "").body)[1]
			to.do("PUT", "/parts?partNumber=1&uploadId="+id, "", "x-cos-copy-source", source).want(t, 200, "")
			to.do("DELETE", "/copy", "").want(t, 204, "")
		})
	}
	// cosfs and the Java SDK send REPLACE.
	r.do("PUT", "/dir/a%20%25%3Fb", "", "x-cos-copy-source", "/"+s.Bucket()+"/dir/a%20%25%3Fb", "x-cos-metadata-directive", "REPLACE", "x-cos-meta-mode", "33188").want(t, 200, "")
	if o, _ := s.Object(s.Bucket(), "dir/a %?b"); o.Header.Get("X-Cos-Meta-Mode") != "33188" {
		t.Errorf("stored %v", o.Header)
	}
}

// Error bodies name the resource as the request spells it.
func TestResourceOfErrors(t *testing.T) {
	s := start(t, cosmock.Options{Accelerate: true, Domains: map[string]string{"files.example.com": cosmock.DefaultBucket}})
	for host, want := range map[string]string{
		s.Bucket() + ".cos." + s.Region() + ".myqcloud.com": s.Bucket() + ".cos." + s.Region() + ".myqcloud.com/a b",
		s.Bucket() + ".cos.accelerate.myqcloud.com":         s.Bucket() + ".cos.accelerate.myqcloud.com/a b",
		s.Bucket() + ".cos.eu-frankfurt.myqcloud.com":       s.Bucket() + ".cos.eu-frankfurt.myqcloud.com/a b",
		"files.example.com":                                 "files.example.com/a b",
		"lab.cos." + s.Region() + ".myqcloud.com":           "lab.cos." + s.Region() + ".myqcloud.com/a b",
	} {
		t.Run(host, func(t *testing.T) {
			r := newRaw(t, s)
			req := r.request("GET", "/a%20b", nil)
			req.Host = host
			r.sign(req)
			a := r.send(req)
			if !strings.Contains(a.body, "<Resource>"+want+"</Resource>") {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	r := newRaw(t, s)
	r.host = "lab.cos." + s.Region() + ".myqcloud.com"
	if a := r.do("PUT", "/k", "x"); !strings.Contains(a.body, "<Message>Missing required header for this request: Appid, Bucket format should be &lt;bucketname&gt;-&lt;appid&gt;</Message>") {
		t.Error(a.body)
	}
	r.do("PUT", "/", "").want(t, 400, "InvalidRequest")
}
