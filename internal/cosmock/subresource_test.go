package cosmock_test

import (
	"net/url"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// The server must not take an unimplemented subresource for the object or bucket:
// PUT ?legal-hold would overwrite the object, and DELETE ?symlink would delete
// it.
func TestSubresourcesThatAreNotImplemented(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "precious").want(t, 200, "")
	for _, query := range []string{
		"append&position=0", "select&select-type=2", "symlink", "torrent", "callback=aHR0cA", "ci-process=sensitive-content-recognition",
		"imageMogr2/thumbnail/!50p", "watermark/2/text/a", "something-new", "something-new=", "SYMLINK", "versionId=null&symlink", "policyStatus",
		"intelligenttiering", "intelligent-tiering", "inventory&id=1", "cors", "website", "policy", "accelerate", "logging",
		"referer", "origin", "domain", "domaincertificate", "notification", "publicAccessBlock",
	} {
		t.Run(query, func(t *testing.T) {
			for _, method := range []string{"PUT", "POST", "GET", "HEAD", "DELETE"} {
				for _, path := range []string{"/k?", "/?"} {
					a := r.do(method, path+query, "overwritten")
					if a.status != 405 {
						t.Errorf("%s %s is answered by %d", method, path, a.status)
					}
					if a.body == "precious" {
						t.Errorf("%s %s is taken for the object", method, path)
					}
				}
			}
			if got := r.do("GET", "/k", "").body; got != "precious" {
				t.Fatalf("the body is now %q", got)
			}
			other := newRaw(t, s)
			other.host = "none-1250000000.cos." + s.Region() + ".myqcloud.com"
			other.do("PUT", "/?"+query, "").want(t, 404, "NoSuchBucket")
			other.do("HEAD", "/", "").want(t, 404, "")
		})
	}
}

// Parameters without a value are not subresources.
func TestParametersWithoutValue(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k?a=b&x-cos-anything", "body").want(t, 200, "")
	if got := r.do("GET", "/k?versionId=&response-expires=", "").body; got != "body" {
		t.Errorf("body is %q", got)
	}
	for _, name := range []string{"prefix", "delimiter", "marker", "max-keys", "encoding-type"} {
		r.do("GET", "/?"+name, "").want(t, 200, "")
		r.do("GET", "/?"+url.QueryEscape(name)+"=", "").want(t, 200, "")
	}
}
