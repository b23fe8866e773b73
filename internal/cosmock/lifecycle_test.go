package cosmock_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"

func TestLockedObjects(t *testing.T) {
	now := time.Now()
	s := start(t, cosmock.Options{Now: func() time.Time { return now }})
	r := newRaw(t, s)
	r.do("PUT", "/k", "old").want(t, 200, "")
	if err := s.LockObject(s.Bucket(), "k", now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	refused := map[string]func() answer{
		"overwrite": func() answer { return r.do("PUT", "/k", "new") },
		"delete":    func() answer { return r.do("DELETE", "/k", "") },
		"copy onto": func() answer {
			return r.do("PUT", "/k", "", "x-cos-copy-source", r.host+"/k", "x-cos-metadata-directive", "Replaced")
		},
		"tag":             func() answer { return r.do("PUT", "/k?tagging", tagging) },
		"untag":           func() answer { return r.do("DELETE", "/k?tagging", "") },
		"upload in parts": func() answer { return r.do("POST", "/k?uploads", "") },
	}
	for name, request := range refused {
		t.Run(name, func(t *testing.T) { request().want(t, 409, "ObjectLocked") })
	}
	r.do("PUT", "/k?acl", "", "x-cos-acl", "private").want(t, 200, "")
	a := r.deleteMany("<Delete><Object><Key>k</Key></Object></Delete>")
	if a.status != 200 || !strings.Contains(a.body, "<Code>ObjectLocked</Code>") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if got := r.do("GET", "/k", "").body; got != "old" {
		t.Errorf("body is %q", got)
	}
	now = now.Add(time.Minute)
	r.do("DELETE", "/k", "").want(t, 204, "")
}

func TestArchivedObjects(t *testing.T) {
	now := time.Now()
	s := start(t, cosmock.Options{RestoreDelay: time.Hour, Now: func() time.Time { return now }})
	r := newRaw(t, s)
	r.clock = func() time.Time { return now }
	const restore = "<RestoreRequest><Days>2</Days><CASJobParameters><Tier>Bulk</Tier></CASJobParameters></RestoreRequest>"
	r.do("PUT", "/warm", "x").want(t, 200, "")
	r.do("POST", "/warm?restore", restore).want(t, 405, "RestoreNonArchiveObject")
	r.do("PUT", "/cold", "body", with(triple(keyText), "x-cos-storage-class", "ARCHIVE")...).want(t, 200, "")
	get := func() answer { return r.do("GET", "/cold", "", triple(keyText)...) }
	a := get()
	a.want(t, 403, "InvalidObjectState")
	if a.header.Get("X-Cos-Storage-Class") != "ARCHIVE" {
		t.Errorf("%v", a.header)
	}
	r.do("HEAD", "/cold", "", triple(keyText)...).want(t, 200, "")
	r.do("POST", "/cold?restore", restore).want(t, 400, "SsecDecryptHeaderInvalid")
	r.do("POST", "/cold?restore", "<RestoreRequest><Days>0</Days></RestoreRequest>", triple(keyText)...).want(t, 400, "MalformedXML")
	r.do("POST", "/cold?restore", restore, triple(keyText)...).want(t, 202, "")
	r.do("POST", "/cold?restore", restore, triple(keyText)...).want(t, 409, "RestoreAlreadyInProgress")
	head := r.do("HEAD", "/cold", "", triple(keyText)...)
	if head.header.Get("X-Cos-Restore") != `ongoing-request="true"` || !strings.HasPrefix(head.header.Get("X-Cos-Restore-Status"), `tier="Bulk"; request-date="`) {
		t.Errorf("%v", head.header)
	}
	now = now.Add(time.Hour)
	if a := get(); a.body != "body" || !strings.HasPrefix(a.header.Get("X-Cos-Restore"), `ongoing-request="false", expiry-date="`) {
		t.Errorf("%d %v", a.status, a.header)
	}
	now = now.AddDate(0, 0, 3)
	get().want(t, 403, "InvalidObjectState")
}

// In an archive tier, an intelligent tiering object is read like an archived one.
// Restoring moves it to the frequent tier.
func TestArchiveTier(t *testing.T) {
	now := time.Now()
	s := start(t, cosmock.Options{RestoreDelay: time.Hour, Now: func() time.Time { return now }})
	r := newRaw(t, s)
	r.clock = func() time.Time { return now }
	if err := s.PutObject(s.Bucket(), "cold", cosmock.NewObject{Body: strings.NewReader("body"), Class: "INTELLIGENT_TIERING", Tier: "ARCHIVE_ACCESS"}); err != nil {
		t.Fatal(err)
	}
	expect := func(tier string) {
		t.Helper()
		if h := r.do("HEAD", "/cold", "").header; h.Get("X-Cos-Storage-Tier") != tier || h.Get("X-Cos-Storage-Class") != "INTELLIGENT_TIERING" {
			t.Errorf("%v", h)
		}
		if a := r.do("GET", "/", ""); !strings.Contains(a.body, "<StorageTier>"+tier+"</StorageTier>") {
			t.Error(a.body)
		}
	}
	expect("ARCHIVE_ACCESS")
	r.do("GET", "/cold", "").want(t, 403, "InvalidObjectState")
	r.do("POST", "/cold?restore", "<RestoreRequest><Days>2</Days></RestoreRequest>").want(t, 202, "")
	expect("ARCHIVE_ACCESS")
	r.do("POST", "/cold?restore", "<RestoreRequest><Days>2</Days></RestoreRequest>").want(t, 409, "RestoreAlreadyInProgress")
	now = now.AddDate(0, 0, 3)
	expect("FREQUENT")
	if a := r.do("GET", "/cold", ""); a.body != "body" || a.header.Get("X-Cos-Restore") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
	r.do("POST", "/cold?restore", "<RestoreRequest><Days>2</Days></RestoreRequest>").want(t, 405, "RestoreNonArchiveObject")
}

func TestTaggingBodies(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 200, "")
	if a := r.do("GET", "/k?tagging", ""); a.status != 200 || !strings.Contains(a.body, "<TagSet></TagSet>") {
		t.Errorf("%d %s", a.status, a.body)
	}
	s.Configure(func(u *cosmock.Undocumented) { u.NoSuchTagSet = true })
	r.do("GET", "/k?tagging", "").want(t, 404, "NoSuchTagSet")
	r.do("PUT", "/k?tagging", "not XML").want(t, 400, "MalformedXML")
	r.do("PUT", "/k?tagging", tagging, "Content-MD5", "mQ/fVh815F3k6TAUm8m0eg==").want(t, 400, "BadDigest")
	r.do("PUT", "/k?tagging", strings.ReplaceAll(tagging, "<Key>a", "<Key>"+strings.Repeat("a", 128))).want(t, 400, "InvalidTag")
	s.Configure(func(u *cosmock.Undocumented) { u.LongerTags = true })
	r.do("PUT", "/k?tagging", strings.ReplaceAll(tagging, "<Key>a", "<Key>"+strings.Repeat("a", 128))).want(t, 200, "")
	r.do("PUT", "/k?tagging", strings.ReplaceAll(tagging, "<Key>a", "<Key>"+strings.Repeat("a", 129))).want(t, 400, "InvalidTag")
	r.do("PUT", "/none?tagging", tagging).want(t, 404, "NoSuchKey")
	r.do("PUT", "/k?tagging", tagging).want(t, 200, "")
	if a := r.do("GET", "/k?tagging", ""); !strings.Contains(a.body, tagging) {
		t.Error(a.body)
	}
}

func TestACLRequests(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 200, "")
	const body = "<AccessControlPolicy><AccessControlList><Grant><Grantee><URI>http://cam.qcloud.com/groups/global/AllUsers</URI></Grantee>" +
		"<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"
	r.do("PUT", "/k?acl", "").want(t, 400, "InvalidArgument")
	r.do("PUT", "/k?acl", body, "x-cos-acl", "private").want(t, 400, "InvalidArgument")
	r.do("PUT", "/k?acl", strings.ReplaceAll(body, "READ", "FLY")).want(t, 400, "InvalidArgument")
	r.do("PUT", "/k?acl", "<x>").want(t, 400, "MalformedXML")
	r.do("PUT", "/k?acl", body).want(t, 200, "")
	if o, _ := s.Object(s.Bucket(), "k"); !o.PublicRead {
		t.Error("the object is not public")
	}
	r.do("PUT", "/?acl", "", "x-cos-acl", "default").want(t, 400, "InvalidArgument")
}

func TestBucketsComeAndGo(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/", "").want(t, 409, "BucketAlreadyOwnedByYou")
	r.do("PUT", "/k", "x").want(t, 200, "")
	r.do("DELETE", "/", "").want(t, 409, "BucketNotEmpty")
	r.do("DELETE", "/k", "").want(t, 204, "")
	r.do("DELETE", "/", "").want(t, 204, "")
	r.do("HEAD", "/", "").want(t, 404, "")
	r.do("PUT", "/k", "x").want(t, 404, "NoSuchBucket")
	r.do("PUT", "/", "").want(t, 200, "")
	r.do("PUT", "/k", "x").want(t, 200, "")
	if a := r.do("GET", "/?location", ""); !strings.Contains(a.body, "<LocationConstraint>"+s.Region()+"</LocationConstraint>") {
		t.Error(a.body)
	}
}

func TestDeletions(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	a := r.do("DELETE", "/none", "")
	a.want(t, 204, "")
	s.Configure(func(u *cosmock.Undocumented) { u.DeleteMissingStatus = 200 })
	r.do("DELETE", "/none", "").want(t, 200, "")
	r.do("PUT", "/k", "x").want(t, 200, "")
	r.do("DELETE", "/k", "").want(t, 204, "")
	r.deleteMany("<Delete></Delete>").want(t, 400, "MalformedXML")
	a = r.deleteMany("<Delete><Quiet>true</Quiet><Object><Key>k</Key></Object></Delete>")
	if a.status != 200 || strings.Contains(a.body, "<Deleted>") {
		t.Error(a.body)
	}
	a = r.do("POST", "/?delete", "<Delete><Object><Key>k</Key></Object></Delete>")
	a.want(t, 400, "InvalidRequest")
	if !strings.Contains(a.body, "<Message>Missing required header for this request: Content-MD5</Message>") {
		t.Error(a.body)
	}
}

func TestUnknownOperations(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("GET", "/?cors", "").want(t, 405, "MethodNotAllowed")
	r.do("POST", "/k?append&position=0", "x").want(t, 405, "MethodNotAllowed")
	r.do("POST", "/k", "x").want(t, 405, "MethodNotAllowed")
	r.do("DELETE", "/k?acl", "").want(t, 405, "MethodNotAllowed")
}

func TestSomebodyElse(t *testing.T) {
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	r := newRaw(t, s)
	key, err := sse.NewCustomerKey([]byte(keyText))
	if err != nil {
		t.Fatal(err)
	}
	b := s.Bucket()
	if err := s.PutObject(b, "k", cosmock.NewObject{Body: strings.NewReader("body"), Mode: sse.ModeCustomer, CustomerKey: key,
		Tags: map[string]string{"a": "1"}, ACL: "public-read", Class: "STANDARD_IA"}); err != nil {
		t.Fatal(err)
	}
	if a := r.do("GET", "/k", "", triple(keyText)...); a.body != "body" || a.header.Get("X-Cos-Tagging-Count") != "1" {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, change := range []error{
		s.SetTags(b, "k", map[string]string{"b": "2"}), s.SetACL(b, "k", "private"), s.SetHeader(b, "k", "x-cos-meta-a", "1"),
		s.SetHeader(b, "k", "Content-Type", "text/plain"),
	} {
		if change != nil {
			t.Error(change)
		}
	}
	o, _ := s.Object(b, "k")
	got := []any{o.Tags, o.PublicRead, o.OwnACL, o.Header.Get("X-Cos-Meta-A"), o.Header.Get("Content-Type"), o.Mode, o.CustomerKeyMD5, o.Class}
	want := []any{map[string]string{"b": "2"}, false, true, "1", "text/plain", sse.ModeCustomer, key.MD5(), "STANDARD_IA"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	other, _ := sse.NewCustomerKey([]byte(otherKey))
	if _, err := o.Plaintext(other); err == nil {
		t.Error("another key opens it")
	}
	if err := s.DeleteObject(b, "k"); err != nil || len(s.Keys(b)) != 0 {
		t.Errorf("%v, %q", err, s.Keys(b))
	}
	for name, err := range map[string]error{
		"bucket": s.DeleteObject("none-1", "k"), "key": s.SetTags(b, "none", nil), "KMS key": s.DisableKMSKey("none"),
		"ACL": s.SetACL(b, "k", "none"), "versioning": s.SetVersioning(b, "On"), "mode": s.SetDefaultEncryption(b, sse.ModeCustomer, ""),
		"taken bucket": s.CreateBucket(b, ""), "bad bucket": s.CreateBucket("x", ""), "taken key": s.AddKMSKey("kms-1"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
