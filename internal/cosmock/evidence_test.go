package cosmock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// The tests in this file send the requests that public live tests and tools send
// to COS, as far as the tests of single operations do not cover them.

// An object without Cache-Control returns none. An option returns max-age=259200,
// which a live test tolerates, without changing what is stored.
func TestMissingCacheControl(t *testing.T) {
	for name, shown := range map[string]string{"none": "", "three days": "max-age=259200"} {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{DefaultCacheControl: shown}})
			r := newRaw(t, s)
			r.do("PUT", "/k", "x").want(t, 200, "")
			r.do("PUT", "/own", "x", "Cache-Control", "no-store").want(t, 200, "")
			for _, method := range []string{"HEAD", "GET"} {
				if got := r.do(method, "/k", "").header.Get("Cache-Control"); got != shown {
					t.Errorf("%s shows %q, want %q", method, got, shown)
				}
				if got := r.do(method, "/own", "").header.Get("Cache-Control"); got != "no-store" {
					t.Errorf("%s of an object with its own shows %q", method, got)
				}
			}
			if got := r.do("GET", "/k?response-cache-control=private", "").header.Get("Cache-Control"); got != "private" {
				t.Errorf("an override is answered by %q", got)
			}
			if got := r.do("GET", "/none", "").header.Get("Cache-Control"); got != "" {
				t.Errorf("an error shows %q", got)
			}
			r.do("PUT", "/copy", "", "x-cos-copy-source", r.host+"/k").want(t, 200, "")
			if o, _ := s.Object(s.Bucket(), "copy"); o.Header.Get("Cache-Control") != "" {
				t.Errorf("a copy stores %v", o.Header)
			}
		})
	}
}

// Listings return empty objects, and keys with Chinese characters and an emoji,
// unchanged.
func TestOddKeysListBack(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/%E7%A9%BA%F0%9F%98%80.txt", "").want(t, 200, "")
	got := list(t, r, "")
	if diff := cmp.Diff([]string{"空😀.txt"}, got.Keys); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := r.do("GET", "/", ""); !strings.Contains(a.body, "<Size>0</Size>") {
		t.Error(a.body)
	}
}

// A large SSE-C source can be copied in parts. The source's key is accepted on
// Initiate as well, and Complete needs no key.
func TestLargeCopyOfACustomerKeySource(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{MinPart: 4}})
	r := newRaw(t, s)
	r.do("PUT", "/source", "01234567", triple(keyText)...).want(t, 200, "")
	r.do("HEAD", "/source", "", triple(keyText)...).want(t, 200, "")
	id := initiate(t, r, "/copy", sourceTriple(keyText)...)
	var parts []any
	for i, piece := range []string{"bytes=0-3", "bytes=4-7"} {
		target := "/copy?partNumber=" + string(rune('1'+i)) + "&uploadId=" + id
		from := []string{"x-cos-copy-source", r.host + "/source", "x-cos-copy-source-range", piece}
		r.do("PUT", target, "", from...).want(t, 400, "SsecDecryptHeaderInvalid")
		a := r.do("PUT", target, "", with(sourceTriple(keyText), from...)...)
		a.want(t, 200, "")
		_, rest, _ := strings.Cut(a.body, "<ETag>")
		etag, _, _ := strings.Cut(rest, "</ETag>")
		parts = append(parts, i+1, strings.ReplaceAll(etag, "&#34;", ""))
	}
	r.do("POST", "/copy?uploadId="+id, completion(parts...)).want(t, 200, "")
	if got := r.do("GET", "/copy", "").body; got != "01234567" {
		t.Errorf("the copy is %q", got)
	}
}

// SSE-C can be combined with an ACL. A read of an object with the default KMS key
// needs no headers.
func TestEncryptionAndItsSurroundings(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/secret", "x", with(triple(keyText), "x-cos-acl", "public-read")...).want(t, 200, "")
	if o, _ := s.Object(s.Bucket(), "secret"); !o.PublicRead {
		t.Error("the ACL is lost")
	}
	kms := []string{hMode, "cos/kms", hContext, "eyJrZXkiOiJ2YWx1ZSJ9"}
	r.do("PUT", "/kms", "body", kms...).want(t, 200, "")
	id := initiate(t, r, "/kms-parts", kms...)
	part := putPart(t, r, "/kms-parts", id, 1, "body")
	r.do("POST", "/kms-parts?uploadId="+id, completion(1, part)).want(t, 200, "")
	for _, key := range []string{"/kms", "/kms-parts"} {
		if a := r.do("GET", key, ""); a.body != "body" || a.header.Get(hKMSID) != cosmock.DefaultKMSKeyID {
			t.Errorf("%s is %q with %v", key, a.body, a.header)
		}
		r.do("PUT", "/plain", "", "x-cos-copy-source", r.host+key).want(t, 200, "")
		if got := r.do("GET", "/plain", ""); got.body != "body" || got.header.Get(hMode) != "" {
			t.Errorf("its copy is %q with %v", got.body, got.header)
		}
	}
	unknown := r.do("PUT", "/kms", "body", hMode, "cos/kms", hKMSID, "none")
	unknown.want(t, 400, "KmsKeyNotExist")
	if !strings.Contains(unknown.body, "The kms key you provided cannot be found in kms") {
		t.Error(unknown.body)
	}
}

// Requests for a missing bucket, key or upload.
func TestMissingThings(t *testing.T) {
	s := start(t, cosmock.Options{})
	r, gone := newRaw(t, s), newRaw(t, s)
	gone.host = "lab-1259999999.cos." + s.Region() + ".myqcloud.com" // the APPID of another account
	gone.do("HEAD", "/", "").want(t, 404, "")
	for _, method := range []string{"DELETE", "PUT", "GET"} {
		gone.do(method, "/k", "").want(t, 404, "NoSuchBucket")
	}
	r.do("DELETE", "/k", "").want(t, 204, "")
	r.do("GET", "/k", "").want(t, 404, "NoSuchKey")
	r.do("PUT", "/k?tagging", tagging).want(t, 404, "NoSuchKey")
	r.do("GET", "/k?uploadId=none", "").want(t, 404, "NoSuchUpload")
	r.do("POST", "/k?uploadId=none", completion(1, "x")).want(t, 404, "NoSuchUpload")
	a := r.deleteMany("<Delete><Object><Key>k</Key></Object></Delete>")
	if a.status != 200 || !strings.Contains(a.body, "<Deleted><Key>k</Key></Deleted>") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A copy answers 412 to a failed condition on its source, even if a GET would
// answer 304.
func TestConditionsOfCopies(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	etag := r.do("PUT", "/source", "x").header.Get("ETag")
	future := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	id := initiate(t, r, "/copy")
	for name, condition := range map[string][]string{
		"equal":        {"x-cos-copy-source-If-None-Match", etag},
		"not modified": {"x-cos-copy-source-If-Modified-Since", future},
	} {
		for _, target := range []string{"/copy", "/copy?partNumber=1&uploadId=" + id} {
			a := r.do("PUT", target, "", with(condition, "x-cos-copy-source", r.host+"/source")...)
			if a.status != 412 || a.code() != "PreconditionFailed" {
				t.Errorf("%s, %s: %d %s", name, target, a.status, a.body)
			}
		}
	}
}

// HEAD shows the storage class and tags that the upload was initiated with. An
// aborted upload does not change the object; a completed one replaces it.
func TestUploadsOverAnObject(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "old").want(t, 200, "")
	stated := []string{"x-cos-storage-class", "STANDARD_IA", "x-cos-tagging", "a=1&b=2"}
	aborted := initiate(t, r, "/k", stated...)
	putPart(t, r, "/k", aborted, 1, "never")
	r.do("DELETE", "/k?uploadId="+aborted, "").want(t, 204, "")
	if got := r.do("GET", "/k", "").body; got != "old" {
		t.Errorf("after the abort it is %q", got)
	}
	id := initiate(t, r, "/k", stated...)
	part := putPart(t, r, "/k", id, 1, "new")
	r.do("POST", "/k?uploadId="+id, completion(1, part)).want(t, 200, "")
	a := r.do("GET", "/k", "")
	if a.body != "new" || a.header.Get("X-Cos-Storage-Class") != "STANDARD_IA" || a.header.Get("X-Cos-Tagging-Count") != "2" {
		t.Errorf("%q %v", a.body, a.header)
	}
}

// DELETE Multiple Objects deletes the version that an entry names and returns its
// ID. Without a version ID it adds a delete marker.
func TestBatchDeletesVersions(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	first := r.do("PUT", "/k", "1").header.Get("X-Cos-Version-Id")
	second := r.do("PUT", "/k", "2").header.Get("X-Cos-Version-Id")
	a := r.deleteMany("<Delete><Object><Key>k</Key><VersionId>" + first + "</VersionId></Object></Delete>")
	if !strings.Contains(a.body, "<VersionId>"+first+"</VersionId>") || strings.Contains(a.body, "<DeleteMarker>") {
		t.Errorf("%d %s", a.status, a.body)
	}
	a = r.deleteMany("<Delete><Object><Key>k</Key></Object></Delete>")
	if !strings.Contains(a.body, "<DeleteMarker>true</DeleteMarker>") || strings.Contains(a.body, "<VersionId>") {
		t.Errorf("%d %s", a.status, a.body)
	}
	ids := versions(t, r, "")
	if len(ids) != 2 || ids[1] != second {
		t.Errorf("versions are %q, the second was %s", ids, second)
	}
}
