package store_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// lockable returns a store and an address in a bucket with object lock.
func lockable(t *testing.T, options cosmock.Options) (*cosmock.Server, *store.Store, cosclient.Location) {
	t.Helper()
	server, s, loc := open(t, options)
	check(t, server.EnableObjectLock(server.Bucket(), 0))
	return server, s, loc
}

// open returns a store and an address in a bucket without versioning.
func open(t *testing.T, options cosmock.Options) (*cosmock.Server, *store.Store, cosclient.Location) {
	t.Helper()
	server, err := cosmock.Start(options)
	check(t, err)
	t.Cleanup(func() { _ = server.Close() })
	endpoint, err := cosclient.ParseEndpoint(server.URL())
	check(t, err)
	client, err := cosclient.New(cosclient.Config{
		Endpoint: endpoint, RootCAs: server.CertPool(), MaxRetries: 1, RequestTimeout: time.Hour,
		Credentials: credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}},
	})
	check(t, err)
	s := &store.Store{Inspector: inspect.Inspector{Client: client, Keyring: sse.NewKeyring(nil), Buckets: &inspect.Buckets{}}, Proofs: new(atomic.Int32)}
	s.Proofs.Store(1 << 20)
	return server, s, cosclient.Location{Region: server.Region(), Bucket: server.Bucket(), Key: "k"}
}

func oneHour() cosclient.Lock {
	return cosclient.Lock{RetainUntil: time.Now().UTC().Truncate(time.Second).Add(time.Hour), LegalHold: true}
}

func record(loc cosclient.Location, lock cosclient.Lock) store.Write {
	body := content.Bytes([]byte("a record"))
	return store.Write{Location: loc, Old: loc, Body: &body, Encryption: sse.Settings{Mode: sse.ModeAES256}, Lock: lock}
}

func asked(s *cosmock.Server) (lines []string) {
	for _, r := range s.Requests() {
		lines = append(lines, strings.TrimSpace(r.Method+" "+r.Subresource))
	}
	return lines
}

// A write is verified including its lock, whether HEAD reports the lock or not.
func TestLockIsProved(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		open     cosmock.Undocumented
		fault    *cosmock.Fault
		denied   bool
		unlocked bool
		requests []string
		wrong    []string
		unproved error
	}{
		"told by HEAD":             {requests: []string{"PUT", "HEAD"}},
		"told by its subresources": {open: cosmock.Undocumented{HeadHidesLock: true}, requests: []string{"PUT", "HEAD", "GET retention", "GET legal-hold"}},
		"not stored": {
			open: cosmock.Undocumented{LockIgnored: true}, unlocked: true, requests: []string{"PUT", "HEAD", "GET retention", "GET legal-hold"},
			wrong: []string{"  - retention: asked for", "  - legal hold: asked for, found none"},
		},
		"not to be read": {
			open: cosmock.Undocumented{HeadHidesLock: true}, denied: true, requests: []string{"PUT", "HEAD", "GET retention"}, unproved: cosclient.ErrForbidden,
		},
		"the answer is lost": {
			fault: &cosmock.Fault{Match: cosmock.On(http.MethodPut, "k"), Kind: cosmock.FaultResetAfter}, requests: []string{"PUT", "HEAD", "HEAD"},
		},
		"the answer is lost, and HEAD does not tell": {
			open:  cosmock.Undocumented{HeadHidesLock: true},
			fault: &cosmock.Fault{Match: cosmock.On(http.MethodPut, "k"), Kind: cosmock.FaultResetAfter}, requests: []string{"PUT", "HEAD", "GET retention", "GET legal-hold", "HEAD", "GET retention", "GET legal-hold"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, s, loc := lockable(t, cosmock.Options{Undocumented: tc.open})
			if tc.unlocked {
				check(t, server.CreateBucket("plain-1250000000", ""))
				loc.Bucket = "plain-1250000000"
			}
			if tc.denied {
				check(t, server.SetPolicy(`{"version":"2.0","statement":[{"effect":"allow","action":["*"],"resource":["*"]},{"effect":"deny","action":["name/cos:GetObjectRetention"],"resource":["*"]}]}`))
			}
			if tc.fault != nil {
				check(t, server.Arm(*tc.fault))
			}
			lock := oneHour()
			out := s.Put(t.Context(), record(loc, lock))
			if out.Err != nil || !errors.Is(out.LockUnproved, tc.unproved) || !out.Landed {
				t.Fatalf("%+v", out)
			}
			if diff := cmp.Diff(tc.requests, asked(server)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if len(out.Wrong) != len(tc.wrong) || !slices.EqualFunc(out.Wrong, tc.wrong, strings.HasPrefix) {
				t.Errorf("wrong is %q", out.Wrong)
			}
			if len(tc.wrong) == 0 && out.Info.Lock != lock {
				t.Errorf("the lock is %+v", out.Info.Lock)
			}
		})
	}
}

// An object that HEAD reports as locked is not overwritten.
func TestGuardOfLocked(t *testing.T) {
	t.Parallel()
	server, s, loc := lockable(t, cosmock.Options{})
	out := s.Put(t.Context(), record(loc, cosclient.Lock{LegalHold: true}))
	if out.Err != nil || len(out.Wrong) > 0 {
		t.Fatalf("%+v", out)
	}
	w := record(loc, cosclient.Lock{})
	w.Expected = inspect.RecordOf(out.Info, false)
	server.ResetRequests()
	var locked *store.LockedError
	if err := s.Guard(t.Context(), &w); !errors.As(err, &locked) || !errors.Is(err, cosclient.ErrObjectLocked) || !locked.Lock.LegalHold {
		t.Errorf("guarded by %v", err)
	}
	if diff := cmp.Diff([]string{"HEAD"}, asked(server)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	w.Location.Key = "elsewhere"
	if err := s.Guard(t.Context(), &w); err != nil {
		t.Errorf("a copy to another address: %v", err)
	}
}

// A retention longer than the wanted one is accepted.
func TestProlong(t *testing.T) {
	t.Parallel()
	_, s, loc := lockable(t, cosmock.Options{})
	lock := oneHour()
	if out := s.Put(t.Context(), record(loc, cosclient.Lock{RetainUntil: lock.RetainUntil})); out.Err != nil {
		t.Fatal(out.Err)
	}
	for _, longer := range []time.Duration{time.Hour, 0} { // the second one is shorter than the existing retention
		found, err := s.Prolong(t.Context(), loc, lock.RetainUntil.Add(longer))
		if err != nil || !found.Equal(lock.RetainUntil.Add(time.Hour)) {
			t.Errorf("%v longer: %v, %v", longer, found, err)
		}
	}
	for _, on := range []bool{true, false} {
		if err := s.Hold(t.Context(), loc, on); err != nil {
			t.Error(err)
		}
	}
	loc.Key = "none"
	if _, err := s.Prolong(t.Context(), loc, lock.RetainUntil); !errors.Is(err, cosclient.ErrNotFound) {
		t.Error(err)
	}
}

func TestLockText(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for want, lock := range map[string]cosclient.Lock{
		"":                                     {RetainUntil: now},
		"retained until 2030-01-01T00:00:01Z":  {RetainUntil: now.Add(time.Second)},
		"under a legal hold, which has no end": {RetainUntil: now, LegalHold: true},
		"retained until 2030-01-01T00:00:01Z and under a legal hold, which has no end": {RetainUntil: now.Add(time.Second), LegalHold: true},
	} {
		if got := store.LockText(lock, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
