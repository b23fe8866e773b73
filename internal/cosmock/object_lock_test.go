package cosmock_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

const (
	hLockMode  = "x-cos-object-lock-mode"
	hLockUntil = "x-cos-object-lock-retain-until-date"
	hHold      = "x-cos-object-lock-legal-hold"

	lockWithoutRule = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
)

func lockFor(days string) string {
	return strings.Replace(lockWithoutRule, "</ObjectLockEnabled>",
		"</ObjectLockEnabled><Rule><DefaultRetention>"+days+"</DefaultRetention></Rule>", 1)
}

func retention(mode, until string) string {
	return "<Retention><Mode>" + mode + "</Mode><RetainUntilDate>" + until + "</RetainUntilDate></Retention>"
}

// lockable returns a server with a settable clock and object lock.
func lockable(t *testing.T, undocumented cosmock.Undocumented) (*cosmock.Server, *raw, *time.Time) {
	t.Helper()
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	s := start(t, cosmock.Options{Now: func() time.Time { return now }, Undocumented: undocumented})
	r := newRaw(t, s)
	r.clock = func() time.Time { return now }
	r.do("PUT", "/?object-lock", lockWithoutRule).want(t, 200, "")
	return s, r, &now
}

func TestObjectLockOfBuckets(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("GET", "/?object-lock", "").want(t, 404, "NoSuchObjectLockConfiguration")
	for name, body := range map[string]string{
		"no days": lockFor("<Days>0</Days>"), "too many": lockFor("<Days>36501</Days>"), "not enabled": strings.ReplaceAll(lockWithoutRule, "Enabled<", "Off<"),
	} {
		t.Run(name, func(t *testing.T) { r.do("PUT", "/?object-lock", body).want(t, 400, "MalformedXML") })
	}
	r.do("PUT", "/?object-lock", lockFor("<Mode>GOVERNANCE</Mode><Days>1</Days>")).want(t, 400, "InvalidObjectLock")
	r.do("PUT", "/?object-lock", lockWithoutRule).want(t, 200, "")
	if a := r.do("GET", "/?object-lock", ""); !strings.Contains(a.body, lockWithoutRule) {
		t.Error(a.body)
	}
	r.do("PUT", "/?object-lock", lockFor("<Days>30</Days>")).want(t, 200, "")
	if a := r.do("GET", "/?object-lock", ""); !strings.Contains(a.body, lockFor("<Mode>COMPLIANCE</Mode><Days>30</Days>")) {
		t.Error(a.body)
	}
	r.do("PUT", "/k", "x").want(t, 200, "")
	r.do("DELETE", "/k", "").want(t, 409, "ObjectLocked")

	s.Configure(func(u *cosmock.Undocumented) { u.LockOnlyGrows = true })
	r.do("PUT", "/?object-lock", lockFor("<Days>29</Days>")).want(t, 409, "InvalidLockedTime")
	r.do("PUT", "/?object-lock", lockWithoutRule).want(t, 409, "InvalidLockedTime")
	s.Configure(func(u *cosmock.Undocumented) { u.LockOnlyGrows = false })
	r.do("PUT", "/?object-lock", lockFor("<Days>29</Days>")).want(t, 200, "")
	r.do("PUT", "/?object-lock", lockWithoutRule).want(t, 200, "")
	r.do("PUT", "/free", "x").want(t, 200, "")
	r.do("DELETE", "/free", "").want(t, 204, "")
	r.do("DELETE", "/k", "").want(t, 409, "ObjectLocked")
}

func TestObjectLockAndVersioning(t *testing.T) {
	versioning := func(state string) string {
		return "<VersioningConfiguration><Status>" + state + "</Status></VersioningConfiguration>"
	}
	for name, both := range map[string]bool{"exclude each other": false, "go together": true} {
		t.Run(name, func(t *testing.T) {
			undocumented := cosmock.Undocumented{LockWithVersioning: both}
			s := start(t, cosmock.Options{Buckets: []string{"a-1", "b-1", "c-1"}, Undocumented: undocumented})
			r := newRaw(t, s)
			at := func(bucket string) *raw {
				other := *r
				other.host = bucket + ".cos." + s.Region() + ".myqcloud.com"
				return &other
			}
			refused := func(a answer, says string) {
				t.Helper()
				if !both {
					a.want(t, 400, "InvalidRequest")
					if !strings.Contains(a.body, "<Message>"+says+"</Message>") {
						t.Error(a.body)
					}
					return
				}
				a.want(t, 200, "")
			}
			at("a-1").do("PUT", "/?object-lock", lockWithoutRule).want(t, 200, "")
			refused(at("a-1").do("PUT", "/?versioning", versioning("Enabled")), "Bucket versioning is not allowed when bucket object-lock configuration is enabled.")
			at("a-1").do("PUT", "/?versioning", versioning("Suspended")).want(t, 400, "InvalidRequest")
			at("b-1").do("PUT", "/?versioning", versioning("Enabled")).want(t, 200, "")
			refused(at("b-1").do("PUT", "/?object-lock", lockWithoutRule), "Enable bucket lock configuration is not allowed when the bucket versioning is enabled or suspended.")
			at("c-1").do("PUT", "/?versioning", versioning("Suspended")).want(t, 200, "")
			at("c-1").do("PUT", "/?object-lock", lockWithoutRule).want(t, 400, "InvalidRequest")
			if !both {
				return
			}
			b := at("b-1")
			first := b.do("PUT", "/k", "x", hHold, "ON").header.Get("X-Cos-Version-Id")
			b.do("PUT", "/k", "y").want(t, 200, "")
			b.do("DELETE", "/k", "").want(t, 204, "")
			b.do("DELETE", "/k?versionId="+first, "").want(t, 409, "ObjectLocked")
			b.do("PUT", "/k?legal-hold&versionId="+first, "<LegalHold><Status>OFF</Status></LegalHold>").want(t, 200, "")
			b.do("DELETE", "/k?versionId="+first, "").want(t, 204, "")
		})
	}
}

// Lock headers apply to an object no matter which operation creates it.
func TestLockHeaders(t *testing.T) {
	const until, told = "2026-01-02T03:04:15Z", "2026-01-02T03:04:15.000Z"
	locks := []string{hLockMode, "COMPLIANCE", hLockUntil, until, hHold, "OFF"}
	for name, write := range map[string]func(*raw, ...string) answer{
		"PUT": func(r *raw, h ...string) answer { return r.do("PUT", "/k", "body", h...) },
		"copy": func(r *raw, h ...string) answer {
			r.do("PUT", "/source", "body").want(r.t, 200, "")
			return r.do("PUT", "/k", "", with(h, "x-cos-copy-source", r.host+"/source")...)
		},
		"in parts": func(r *raw, h ...string) answer {
			begun := r.do("POST", "/k?uploads", "", h...)
			match := regexp.MustCompile(`<UploadId>(.*)</UploadId>`).FindStringSubmatch(begun.body)
			if match == nil {
				return begun
			}
			part := r.do("PUT", "/k?partNumber=1&uploadId="+match[1], "body").header.Get("ETag")
			return r.do("POST", "/k?uploadId="+match[1], "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+part+"</ETag></Part></CompleteMultipartUpload>")
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, r, now := lockable(t, cosmock.Undocumented{})
			for what, h := range map[string][]string{
				"GOVERNANCE": {hLockMode, "GOVERNANCE", hLockUntil, until}, "no date": {hLockMode, "COMPLIANCE"}, "no mode": {hLockUntil, until},
				"a date that is over": {hLockMode, "COMPLIANCE", hLockUntil, "2026-01-02T03:04:05Z"}, "no date at all": {hLockMode, "COMPLIANCE", hLockUntil, "tomorrow"},
				"no hold": {hHold, "yes"},
			} {
				if a := write(r, h...); a.status != 400 || a.code() != "InvalidObjectLock" {
					t.Errorf("%s: %d %s", what, a.status, a.body)
				}
			}
			r.do("HEAD", "/k", "").want(t, 404, "")
			write(r, locks...).want(t, 200, "")
			for _, method := range []string{"HEAD", "GET"} {
				h := r.do(method, "/k", "").header
				if h.Get(hLockMode) != "COMPLIANCE" || h.Get(hLockUntil) != told || h.Get(hHold) != "OFF" {
					t.Errorf("%s echoes %v", method, h)
				}
			}
			if a := r.do("GET", "/k?retention", ""); !strings.Contains(a.body, retention("COMPLIANCE", told)) {
				t.Error(a.body)
			}
			r.do("PUT", "/k", "again").want(t, 409, "ObjectLocked")
			a := r.do("DELETE", "/k", "")
			a.want(t, 409, "ObjectLocked")
			if !strings.Contains(a.body, "The object is locked, you are not allowd to put/delete object or modify the metadata via copy object.") {
				t.Error(a.body)
			}
			*now = now.Add(10 * time.Second)
			r.do("DELETE", "/k", "").want(t, 204, "")
		})
	}
	s := start(t, cosmock.Options{})
	newRaw(t, s).do("PUT", "/k", "x", hHold, "ON").want(t, 404, "NoSuchObjectLockConfiguration")
	if _, ok := s.Object(s.Bucket(), "k"); ok {
		t.Error("an object is stored without the lock that was asked for")
	}
}

func TestRetention(t *testing.T) {
	s, r, now := lockable(t, cosmock.Undocumented{})
	r.do("PUT", "/k", "x").want(t, 200, "")
	r.do("GET", "/k?retention", "").want(t, 404, "NoSuchObjectLockConfiguration")
	r.do("PUT", "/k?retention", retention("GOVERNANCE", "2026-01-03T00:00:00Z")).want(t, 400, "InvalidObjectLock")
	r.do("PUT", "/k?retention", retention("COMPLIANCE", "soon")).want(t, 400, "MalformedXML")
	r.do("PUT", "/none?retention", retention("COMPLIANCE", "2026-01-03T00:00:00Z")).want(t, 404, "NoSuchKey")
	r.do("PUT", "/k?retention", retention("COMPLIANCE", "2026-01-03T00:00:00Z")).want(t, 200, "")
	r.do("PUT", "/k?retention", "<Retention><RetainUntilDate>2026-01-04T00:00:00.999Z</RetainUntilDate></Retention>").want(t, 200, "")
	if a := r.do("GET", "/k?retention", ""); !strings.Contains(a.body, retention("COMPLIANCE", "2026-01-04T00:00:00.000Z")) {
		t.Error(a.body)
	}
	r.do("PUT", "/k?retention", retention("COMPLIANCE", "2026-01-03T00:00:00Z")).want(t, 400, "InvalidObjectLock")
	r.do("PUT", "/k?retention", "<Retention></Retention>").want(t, 403, "AccessDenied")
	s.Configure(func(u *cosmock.Undocumented) {
		u.RetentionShortened = cosmock.Answer{Status: 409, Code: "InvalidLockedTime"}
	})
	r.do("PUT", "/k?retention", retention("COMPLIANCE", "2026-01-03T00:00:00Z")).want(t, 409, "InvalidLockedTime")
	r.do("PUT", "/k?acl", "", "x-cos-acl", "private").want(t, 200, "") // object lock does not prevent this
	r.do("PUT", "/k?tagging", tagging).want(t, 409, "ObjectLocked")
	*now = now.AddDate(0, 0, 3)
	r.do("PUT", "/k?retention", "<Retention></Retention>").want(t, 200, "")
	r.do("GET", "/k?retention", "").want(t, 404, "NoSuchObjectLockConfiguration")
}

// A legal hold lasts until it is lifted.
func TestLegalHold(t *testing.T) {
	s, r, now := lockable(t, cosmock.Undocumented{})
	hold := func(status string) string { return "<LegalHold><Status>" + status + "</Status></LegalHold>" }
	r.do("PUT", "/k", "precious").want(t, 200, "")
	r.do("GET", "/k?legal-hold", "").want(t, 404, "NoSuchObjectLockConfiguration")
	r.do("PUT", "/k?legal-hold", hold("MAYBE")).want(t, 400, "MalformedXML")
	r.do("PUT", "/k?legal-hold", hold("ON")).want(t, 200, "")
	if a := r.do("GET", "/k?legal-hold", ""); !strings.Contains(a.body, hold("ON")) {
		t.Error(a.body)
	}
	*now = now.AddDate(100, 0, 0)
	r.do("DELETE", "/k", "").want(t, 409, "ObjectLocked")
	r.do("PUT", "/k", "overwritten").want(t, 409, "ObjectLocked")
	if a := r.deleteMany("<Delete><Object><Key>k</Key></Object></Delete>"); !strings.Contains(a.body, "<Code>ObjectLocked</Code>") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.do("GET", "/k", ""); a.body != "precious" || a.header.Get(hHold) != "ON" {
		t.Errorf("%q %v", a.body, a.header)
	}
	r.do("PUT", "/k?legal-hold", hold("OFF")).want(t, 200, "")
	r.do("DELETE", "/k", "").want(t, 204, "")

	r.do("PUT", "/k", "x").want(t, 200, "")
	if err := s.HoldObject(s.Bucket(), "k", true); err != nil {
		t.Fatal(err)
	}
	r.do("DELETE", "/k", "").want(t, 409, "ObjectLocked")
	if err := s.HoldObject(s.Bucket(), "k", false); err != nil {
		t.Fatal(err)
	}
	r.do("DELETE", "/k", "").want(t, 204, "")
	plain := start(t, cosmock.Options{})
	p := newRaw(t, plain)
	p.do("PUT", "/k", "x").want(t, 200, "")
	p.do("PUT", "/k?legal-hold", hold("ON")).want(t, 404, "NoSuchObjectLockConfiguration")
}

// What no page tells can be answered either way.
func TestOpenQuestionsOfLocks(t *testing.T) {
	t.Parallel()
	const until, hold = "2026-01-03T00:00:00Z", "<LegalHold><Status>ON</Status></LegalHold>"
	t.Run("a locked version below another", func(t *testing.T) {
		t.Parallel()
		for _, covers := range []bool{false, true} {
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{LockWithVersioning: true, LockCoversVersions: covers}})
			r := newRaw(t, s)
			r.do("PUT", "/?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>").want(t, 200, "")
			r.do("PUT", "/?object-lock", lockWithoutRule).want(t, 200, "")
			r.do("PUT", "/k", "x", hHold, "ON").want(t, 200, "")
			for method, status := range map[string]int{"PUT": 200, "DELETE": 204} {
				code := ""
				if covers {
					status, code = 409, "ObjectLocked"
				}
				r.do(method, "/k", "y").want(t, status, code)
				if covers {
					continue
				}
				r.do("PUT", "/k", "z", hHold, "ON").want(t, 200, "")
			}
		}
	})
	t.Run("a bucket without object lock", func(t *testing.T) {
		t.Parallel()
		s := start(t, cosmock.Options{})
		r := newRaw(t, s)
		r.do("PUT", "/k", "x", hLockMode, "COMPLIANCE", hLockUntil, "2020-01-03T00:00:00Z").want(t, 400, "InvalidObjectLock")
		r.do("PUT", "/k", "x", hHold, "ON").want(t, 404, "NoSuchObjectLockConfiguration")
		s.Configure(func(u *cosmock.Undocumented) {
			u.LockMissing = cosmock.Answer{Status: 400, Code: "InvalidRequest", Message: "no lock"}
		})
		r.do("PUT", "/k", "x", hHold, "ON").want(t, 400, "InvalidRequest")
		s.Configure(func(u *cosmock.Undocumented) { u.LockIgnored = true })
		r.do("PUT", "/k", "x", hHold, "ON").want(t, 200, "")
		r.do("PUT", "/k?legal-hold", hold).want(t, 400, "InvalidRequest")
		r.do("DELETE", "/k", "").want(t, 204, "")
	})
	t.Run("a lock that HEAD does not tell", func(t *testing.T) {
		t.Parallel()
		_, r, _ := lockable(t, cosmock.Undocumented{HeadHidesLock: true})
		r.do("PUT", "/k", "x", hLockMode, "COMPLIANCE", hLockUntil, until, hHold, "ON").want(t, 200, "")
		for _, method := range []string{"HEAD", "GET"} {
			if h := r.do(method, "/k", "").header; h.Get(hLockMode)+h.Get(hLockUntil)+h.Get(hHold) != "" {
				t.Errorf("%s tells %v", method, h)
			}
		}
		if a := r.do("GET", "/k?retention", ""); !strings.Contains(a.body, "<RetainUntilDate>2026-01-03T00:00:00.000Z<") {
			t.Error(a.body)
		}
		if a := r.do("GET", "/k?legal-hold", ""); !strings.Contains(a.body, hold) {
			t.Error(a.body)
		}
	})
	t.Run("a bucket that the server's owner locks", func(t *testing.T) {
		t.Parallel()
		s := start(t, cosmock.Options{})
		if err := s.EnableObjectLock(s.Bucket(), 7); err != nil {
			t.Fatal(err)
		}
		r := newRaw(t, s)
		r.do("PUT", "/k", "x").want(t, 200, "")
		r.do("DELETE", "/k", "").want(t, 409, "ObjectLocked")
		if o, _ := s.Object(s.Bucket(), "k"); time.Until(o.RetainUntil) < 6*24*time.Hour || o.LegalHold {
			t.Errorf("locked until %v, held %v", o.RetainUntil, o.LegalHold)
		}
	})
}
