package cosmock_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// COS's error codes for the state of an account.
func TestAccountRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, cosmock.Options{Overdue: true})
	r := newRaw(t, s)
	for _, request := range [][2]string{{"PUT", "/k"}, {"GET", "/k"}, {"DELETE", "/k"}, {"GET", "/"}, {"GET", "/?versioning"}} {
		a := r.do(request[0], request[1], "")
		a.want(t, 451, "UnavailableForLegalReasons")
		if !strings.Contains(a.body, "<Message>The appid is unavailable for legal reasons.</Message>") {
			t.Error(a.body)
		}
	}
	r.do("HEAD", "/k", "").want(t, 451, "")
	s.SetOverdue(false)
	r.do("PUT", "/k", "x").want(t, 200, "")
	s.SetOverdue(true)
	r.do("GET", "/k", "").want(t, 451, "UnavailableForLegalReasons")
}

// The server counts the ACLs of an account.
func TestLimitOfACLs(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{ACLs: 2}})
	r := newRaw(t, s)
	r.do("PUT", "/a", "x", "x-cos-acl", "private").want(t, 200, "")
	r.do("PUT", "/b", "x").want(t, 200, "")
	r.do("PUT", "/?acl", "", "x-cos-acl", "private").want(t, 200, "")
	a := r.do("PUT", "/c", "x", "x-cos-acl", "public-read")
	a.want(t, 400, "AttachmentFull")
	if !strings.Contains(a.body, "your policy or acl has reached the limit.") {
		t.Error(a.body)
	}
	r.do("POST", "/c?uploads", "", "x-cos-grant-read", `id="1"`).want(t, 400, "AttachmentFull")
	r.do("PUT", "/b?acl", "", "x-cos-acl", "private").want(t, 400, "AttachmentFull")
	r.do("PUT", "/c", "x", "x-cos-acl", "default").want(t, 200, "")
	r.do("PUT", "/a", "x", "x-cos-acl", "public-read").want(t, 200, "") // replaces its own
	r.do("PUT", "/?acl", "", "x-cos-acl", "public-read").want(t, 200, "")
	r.do("PUT", "/a?acl", "", "x-cos-acl", "default").want(t, 200, "")
	r.do("PUT", "/b?acl", "", "x-cos-acl", "private").want(t, 200, "")
}

func TestMultiAZ(t *testing.T) {
	s := start(t, cosmock.Options{})
	at := func(bucket string) *raw {
		r := newRaw(t, s)
		r.host = bucket + "-1250000000.cos." + s.Region() + ".myqcloud.com"
		return r
	}
	kind := func(node, value string) string {
		return "<CreateBucketConfiguration><" + node + ">" + value + "</" + node + "></CreateBucketConfiguration>"
	}
	at("maz").do("PUT", "/", kind("BucketAZConfig", "MAZ")).want(t, 200, "")
	at("one").do("PUT", "/", "").want(t, 200, "")
	at("ofs").do("PUT", "/", kind("BucketArchConfig", "OFS")).want(t, 400, "InvalidArgument")
	at("ofs").do("HEAD", "/", "").want(t, 404, "")
	at("odd").do("PUT", "/", "<x>").want(t, 400, "MalformedXML")
	for bucket, want := range map[string]string{"maz": "MAZ", "one": "", "lab": ""} {
		if got := at(bucket).do("HEAD", "/", "").header.Get("X-Cos-Bucket-Az-Type"); got != want {
			t.Errorf("%s is of the kind %q", bucket, got)
		}
	}
	const class = "x-cos-storage-class"
	at("one").do("PUT", "/k", "x", class, "MAZ_STANDARD").want(t, 200, "")
	s.Configure(func(u *cosmock.Undocumented) { u.MultiAZStrict = true })
	at("one").do("PUT", "/k", "x", class, "MAZ_STANDARD").want(t, 400, "NotSupportedStorageClass")
	at("one").do("PUT", "/k", "x").want(t, 200, "")
	maz := at("maz")
	maz.do("PUT", "/k", "x", class, "MAZ_STANDARD").want(t, 200, "")
	source := []string{"x-cos-copy-source", maz.host + "/k", "x-cos-metadata-directive", "Replaced"}
	maz.do("PUT", "/k", "", source...).want(t, 400, "InvalidArgument")
	maz.do("PUT", "/k", "", with(source, class, "MAZ_STANDARD_IA")...).want(t, 400, "InvalidArgument")
	maz.do("PUT", "/k", "", with(source, class, "MAZ_STANDARD")...).want(t, 200, "")
	other := start(t, cosmock.Options{MultiAZ: true})
	if got := newRaw(t, other).do("HEAD", "/", "").header.Get("X-Cos-Bucket-Az-Type"); got != "MAZ" {
		t.Errorf("by the option it is of the kind %q", got)
	}
}

// A stricter reading that only one text or test supports is an option.
func TestStrictness(t *testing.T) {
	past := time.Now().Add(-time.Hour)
	const restore = "<RestoreRequest><Days>%</Days></RestoreRequest>"
	tier := func(days, tier string) string {
		return "<RestoreRequest><Days>" + days + "</Days><CASJobParameters><Tier>" + tier + "</Tier></CASJobParameters></RestoreRequest>"
	}
	for name, tc := range map[string]struct {
		strict               cosmock.Undocumented
		method, target, text string
		headers              []string
		lenient, strictly    int
	}{
		"long page":             {cosmock.Undocumented{StrictArguments: true}, "GET", "/?max-keys=1001", "", nil, 200, 400},
		"page of 1000":          {cosmock.Undocumented{StrictArguments: true}, "GET", "/?max-keys=1000", "", nil, 200, 200},
		"long page of versions": {cosmock.Undocumented{StrictArguments: true}, "GET", "/?versions&max-keys=1001", "", nil, 200, 400},
		"malformed date":        {cosmock.Undocumented{StrictArguments: true}, "GET", "/k", "", []string{"If-Modified-Since", past.String()}, 200, 400},
		"HEAD of a range":       {cosmock.Undocumented{HeadRange: true}, "HEAD", "/k", "", []string{"Range", "bytes=1-2"}, 200, 206},
		"HEAD of no range":      {cosmock.Undocumented{HeadRange: true}, "HEAD", "/k", "", nil, 200, 200},
		"HEAD past the end":     {cosmock.Undocumented{HeadRange: true}, "HEAD", "/k", "", []string{"Range", "bytes=99-"}, 200, 416},
		"HEAD without KMS key":  {cosmock.Undocumented{KMSKeyNeededByHead: true}, "HEAD", "/kms", "", nil, 200, 400},
		"HEAD, key not asked":   {cosmock.Undocumented{KMSKeyNeededByHead: true}, "HEAD", "/k", "", nil, 200, 200},
		"Expedited":             {cosmock.Undocumented{RestoreStrict: true}, "POST", "/deep?restore", tier("1", "Expedited"), nil, 202, 400},
		"Bulk":                  {cosmock.Undocumented{RestoreStrict: true}, "POST", "/deep?restore", tier("365", "Bulk"), nil, 202, 202},
		"a year and a day":      {cosmock.Undocumented{RestoreStrict: true}, "POST", "/deep?restore", tier("366", "Bulk"), nil, 202, 400},
		"no parameters":         {cosmock.Undocumented{RestoreStrict: true}, "POST", "/deep?restore", strings.Replace(restore, "%", "1", 1), nil, 202, 400},
	} {
		t.Run(name, func(t *testing.T) {
			for _, strict := range []bool{false, true} {
				s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
				r := newRaw(t, s)
				r.do("PUT", "/k", "body").want(t, 200, "")
				r.do("PUT", "/kms", "body", hMode, "cos/kms", hKMSID, "kms-1").want(t, 200, "")
				r.do("PUT", "/deep", "body", "x-cos-storage-class", "DEEP_ARCHIVE").want(t, 200, "")
				if err := s.DisableKMSKey("kms-1"); err != nil {
					t.Fatal(err)
				}
				want := tc.lenient
				if strict {
					want = tc.strictly
					s.Configure(func(u *cosmock.Undocumented) { *u = tc.strict })
				}
				a := r.do(tc.method, tc.target, tc.text, tc.headers...)
				if a.status != want {
					t.Errorf("strict %v: %d %s", strict, a.status, a.body)
				}
				if want == 206 && (a.header.Get("Content-Range") != "bytes 1-2/4" || a.header.Get("Content-Length") != "2") {
					t.Errorf("%v", a.header)
				}
			}
		})
	}
}

// Only default domains force downloads, so that a custom domain can serve a
// website.
func TestForcedDownloadOnDefaultDomains(t *testing.T) {
	s := start(t, cosmock.Options{ForceDownload: true, Domains: map[string]string{"files.example.com": cosmock.DefaultBucket}})
	for host, forced := range map[string]bool{
		s.Bucket() + ".cos." + s.Region() + ".myqcloud.com": true, "files.example.com": false,
	} {
		r := newRaw(t, s)
		r.host = host
		r.do("PUT", "/k", "x").want(t, 200, "")
		r.do("PUT", "/a.apk", "x").want(t, 200, "")
		h := r.do("GET", "/k", "").header
		if (h.Get("X-Cos-Force-Download") == "true") != forced || (h.Get("Content-Disposition") == "attachment") != forced {
			t.Errorf("%s: %v", host, h)
		}
		if got := r.do("GET", "/a.apk", "").code(); (got == "DownloadForbidden") != forced {
			t.Errorf("%s: .apk is answered by %q", host, got)
		}
	}
}
