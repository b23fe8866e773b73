package cosclient

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var lockedUntil = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func TestLock(t *testing.T) {
	t.Parallel()
	retained, held := Lock{RetainUntil: lockedUntil}, Lock{LegalHold: true}
	both := Lock{lockedUntil, true}
	for name, tc := range map[string]struct {
		lock, other  Lock
		force, cover bool
	}{
		"none, and none":        {Lock{}, Lock{}, false, true},
		"retained, and none":    {retained, Lock{}, true, true},
		"none, and retained":    {Lock{}, retained, false, false},
		"retained, and as long": {retained, retained, true, true},
		"over, and retained":    {Lock{RetainUntil: lockedUntil.AddDate(-2, 0, 0)}, retained, false, false},
		"held, and retained":    {held, retained, true, false},
		"retained, and held":    {retained, held, true, false},
		"both, and held":        {both, held, true, true},
	} {
		if got := tc.lock.InForce(lockedUntil.AddDate(-1, 0, 0)); got != tc.force {
			t.Errorf("%s: in force %v", name, got)
		}
		if got := tc.lock.Covers(tc.other); got != tc.cover {
			t.Errorf("%s: covers %v", name, got)
		}
	}
	if retained.InForce(lockedUntil) {
		t.Error("a retention is in force when it ends")
	}
}

func TestLockHeaders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lock Lock
		want http.Header
	}{
		"none":     {Lock{}, http.Header{}},
		"retained": {Lock{RetainUntil: lockedUntil.In(time.FixedZone("", 3600))}, http.Header{headerLockMode: {"COMPLIANCE"}, headerLockUntil: {"2030-01-02T03:04:05.000Z"}}},
		"held":     {Lock{LegalHold: true}, http.Header{headerLegalHold: {"ON"}}},
	} {
		h := http.Header{}
		tc.lock.setHeaders(h)
		if diff := cmp.Diff(tc.want, h); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := lockOf(h); got.LegalHold != tc.lock.LegalHold || !got.RetainUntil.Equal(tc.lock.RetainUntil) {
			t.Errorf("%s: read back as %v", name, got)
		}
	}
	for name, h := range map[string]http.Header{
		"a hold that is off": {headerLegalHold: {"OFF"}},
		"no date":            {headerLockMode: {"COMPLIANCE"}, headerLockUntil: {"soon"}},
	} {
		if got := lockOf(h); got != (Lock{}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestReadLock(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		retention, hold http.HandlerFunc
		until           time.Time
		held            bool
		is              error
	}{
		"both": {
			status(200, `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2030-01-02T03:04:05.000Z</RetainUntilDate></Retention>`), status(200, `<LegalHold><Status>ON</Status></LegalHold>`),
			lockedUntil, true, nil,
		},
		"neither, told":     {status(200, `<Retention/>`), status(200, `<LegalHold><Status>OFF</Status></LegalHold>`), time.Time{}, false, nil},
		"neither, an error": {refusing(404, "NoSuchObjectLockConfiguration"), refusing(404, "NoSuchObjectLockConfiguration"), time.Time{}, false, nil},
		"no object":         {refusing(404, "NoSuchKey"), refusing(404, "NoSuchKey"), time.Time{}, false, ErrNotFound},
		"not allowed":       {refusing(403, "AccessDenied"), refusing(403, "AccessDenied"), time.Time{}, false, ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tc.retention, tc.hold)
			c := s.client(t)
			until, err := c.Retention(t.Context(), testObject)
			if !until.Equal(tc.until) || !errors.Is(err, tc.is) {
				t.Errorf("until %v, %v", until, err)
			}
			held, err := c.LegalHold(t.Context(), testObject)
			if held != tc.held || !errors.Is(err, tc.is) {
				t.Errorf("held %v, %v", held, err)
			}
			for i, uri := range []string{"/dir/a%20b.txt?retention", "/dir/a%20b.txt?legal-hold"} {
				if r := s.seen()[i]; r.Method != http.MethodGet || r.URI != uri {
					t.Errorf("%s %s", r.Method, r.URI)
				}
			}
		})
	}
	s := newServer(t, status(200, `<Retention><RetainUntilDate>soon</RetainUntilDate></Retention>`))
	if until, err := s.client(t).Retention(t.Context(), testObject); err == nil {
		t.Errorf("a date that cannot be read is %v", until)
	}
}

func TestPutLock(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""), status(200, ""), status(200, ""), refusing(400, "InvalidObjectLock"))
	c := s.client(t)
	if err := c.PutRetention(t.Context(), testObject, lockedUntil); err != nil {
		t.Fatal(err)
	}
	for _, on := range []bool{true, false} {
		if err := c.PutLegalHold(t.Context(), testObject, on); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.PutRetention(t.Context(), testObject, lockedUntil); !errors.Is(err, ErrInvalidLock) {
		t.Error(err)
	}
	for i, want := range []struct{ uri, body string }{
		{"/dir/a%20b.txt?retention", "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2030-01-02T03:04:05.000Z</RetainUntilDate></Retention>"},
		{"/dir/a%20b.txt?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>"},
		{"/dir/a%20b.txt?legal-hold", "<LegalHold><Status>OFF</Status></LegalHold>"},
	} {
		if r := s.seen()[i]; r.Method != http.MethodPut || r.URI != want.uri || r.Body != want.body || len(r.Header.Get("Content-Md5")) != 24 {
			t.Errorf("%s %s: %s", r.Method, r.URI, r.Body)
		}
	}
}
