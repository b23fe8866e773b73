package object_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
)

type arguments = map[string]any

// lockedLife is an object in a bucket with object lock. It runs whole applies
// without a CLI, each with a new provider.
type lockedLife struct {
	*acctest.World
	t        *testing.T
	instance *protocol.Instance
}

// ran is the result of a run.
type ran struct {
	calls    []string // without those of the refresh
	warnings []string
	err      error
	empty    bool
}

func liveLocked(t *testing.T, options ...func(*cosmock.Options)) *lockedLife {
	t.Helper()
	l := &lockedLife{World: acctest.New(t, options...), t: t}
	must(t, l.EnableObjectLock(l.Bucket(), 0))
	var err error
	l.instance, err = l.client().New("cos_encrypted_object")
	must(t, err)
	return l
}

func (l *lockedLife) client() *protocol.Client {
	l.t.Helper()
	c, err := newClient(l.t.Context(), arguments{
		"region": l.Region(), "secret_id": l.SecretID(), "secret_key": l.SecretKey(), "endpoint": l.URL(), "ca_certificate_file": l.CAFile(),
	})
	must(l.t, err)
	return c
}

// refresh begins a run and returns the requests of the refresh.
func (l *lockedLife) refresh() []string {
	l.t.Helper()
	l.instance.Continue(l.client())
	l.ResetRequests()
	must(l.t, l.instance.Refresh(l.t.Context()))
	calls := l.Calls()
	l.ResetRequests()
	return calls
}

// apply performs a whole run. The arguments are added to those of a minimal object;
// nil removes one.
func (l *lockedLife) apply(more arguments) (r ran) {
	l.t.Helper()
	l.refresh()
	config := arguments{"bucket": l.Bucket(), "key": "record", "server_side_encryption": "AES256", "content": "hello"}
	maps.Copy(config, more)
	plan, err := l.instance.Plan(l.t.Context(), config)
	if err != nil {
		return ran{err: err}
	}
	r.warnings, r.empty = plan.Warnings, len(plan.Changes) == 0
	if !r.empty {
		r.err = plan.Apply(l.t.Context())
		r.warnings = append(r.warnings, l.instance.Warnings...)
	}
	r.calls = l.Calls()
	return r
}

// sent expects a successful run with these requests.
func (l *lockedLife) sent(r ran, want ...string) {
	l.t.Helper()
	must(l.t, r.err)
	if diff := cmp.Diff(want, r.calls); diff != "" {
		l.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// refused expects a run that failed after a matching warning and changed nothing.
func (l *lockedLife) refused(r ran, says ...string) {
	l.t.Helper()
	if r.err == nil || !containsAll(r.err.Error(), append(says, "Nothing was sent")...) {
		l.t.Errorf("failed with %v", r.err)
	}
	if !slices.ContainsFunc(r.warnings, func(w string) bool { return containsAll(w, says...) }) {
		l.t.Errorf("warned of %q", r.warnings)
	}
	if slices.ContainsFunc(r.calls, func(call string) bool { return !strings.HasPrefix(call, "HEAD") && !strings.HasPrefix(call, "GET") }) {
		l.t.Errorf("sent %q", r.calls)
	}
}

func (l *lockedLife) text(name string) string { return protocol.Text(l.instance.State, name) }

// inHours returns a time in the format of retain_until.
func inHours(n int) string {
	return time.Now().UTC().Truncate(time.Second).Add(time.Duration(n) * time.Hour).Format(time.RFC3339)
}

func timeOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	must(t, err)
	return at
}

// The requests and the result of each step, from the create to the destroy.
func TestRetentionOfAnObject(t *testing.T) {
	t.Parallel()
	l := liveLocked(t)
	one, two, three := inHours(1), inHours(2), inHours(3)
	l.sent(l.apply(arguments{"retain_until": one}), "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200")
	if o, _ := l.Stored("record"); !o.RetainUntil.Equal(timeOf(t, one)) || o.LegalHold {
		t.Errorf("retained until %v, held: %v", o.RetainUntil, o.LegalHold)
	}
	if diff := cmp.Diff([]string{"HEAD 200"}, l.refresh()); diff != "" {
		t.Errorf("a refresh (-want +got):\n%s", diff)
	}
	if r := l.apply(arguments{"retain_until": one}); !r.empty || r.err != nil || len(r.warnings) > 0 {
		t.Errorf("%+v", r)
	}

	l.sent(l.apply(arguments{"retain_until": two}), "PUT ?retention 200 105 bytes", "GET ?retention 200")
	if o, _ := l.Stored("record"); !o.RetainUntil.Equal(timeOf(t, two)) || l.text("retain_until") != two {
		t.Errorf("retained until %v, and the state has %s", o.RetainUntil, l.text("retain_until"))
	}
	l.refused(l.apply(arguments{"retain_until": one}), "Retention Cannot Be Shortened", "retained until "+two, "now "+one)

	must(t, l.LockObject(l.Bucket(), "record", timeOf(t, three))) // somebody extends the retention
	if r := l.apply(arguments{"retain_until": two}); !r.empty || r.err != nil || len(r.warnings) > 0 {
		t.Errorf("a longer retention: %+v", r)
	}
	l.refused(l.apply(arguments{"retain_until": two, "content": "HELLO"}), "Object Locked", "retained until "+three)
	l.refused(l.apply(arguments{"retain_until": two, "content": "HELLO"}), "Object Locked", "retained until "+three)

	r := l.apply(nil)
	l.sent(r)
	if !slices.ContainsFunc(r.warnings, func(w string) bool { return containsAll(w, "Retention Is Kept", three) }) {
		t.Errorf("warned of %q", r.warnings)
	}
	if l.text("retain_until") != "" {
		t.Errorf("the state has %s", l.text("retain_until"))
	}
	l.sent(l.apply(arguments{"retain_until": one})) // the retention is known to be longer
	l.refresh()
	err := l.instance.Destroy(t.Context())
	warnings := l.instance.Warnings
	if err == nil || !containsAll(err.Error(), "retained until "+three, "Nothing was sent", "removed block") || len(warnings) != 1 || !containsAll(warnings[0], "Object Locked", three) {
		t.Errorf("destroyed with %v, warned of %q", err, warnings)
	}
	if _, there := l.Stored("record"); !there {
		t.Error("the object is gone")
	}

	must(t, l.LockObject(l.Bucket(), "record", time.Time{})) // the retention has expired
	l.sent(l.apply(arguments{"retain_until": one}), "GET ?retention 404", "PUT ?retention 200 105 bytes", "GET ?retention 200")
	must(t, l.LockObject(l.Bucket(), "record", time.Time{}))
	l.refresh()
	if err := l.instance.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
	if _, there := l.Stored("record"); there {
		t.Error("the object is still there")
	}
}

func TestLegalHoldOfAnObject(t *testing.T) {
	t.Parallel()
	l := liveLocked(t)
	l.sent(l.apply(arguments{"legal_hold": true}), "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200")
	if diff := cmp.Diff([]string{"HEAD 200"}, l.refresh()); diff != "" {
		t.Errorf("a refresh (-want +got):\n%s", diff)
	}
	for name, change := range map[string]arguments{
		"body": {"content": "HELLO"}, "header": {"cache_control": "no-store"}, "class": {"storage_class": "STANDARD_IA"}, "mode": {"server_side_encryption": "cos/kms"},
		"tags": {"tags": arguments{"a": "b"}}, "move": {"key": "elsewhere"}, "body not declared, another header": {"content": nil, "content_type": "text/css"},
	} {
		t.Log(name)
		change["legal_hold"] = true
		l.refused(l.apply(change), "Object Locked", "under a legal hold, which has no end", "set legal_hold = false")
	}
	l.sent(l.apply(arguments{"legal_hold": true, "acl": "private"}), "GET ?acl 200", "PUT ?acl 200")

	// The hold is lifted before the object is written.
	l.sent(l.apply(arguments{"legal_hold": false, "acl": "private", "content": "HELLO"}),
		"PUT ?legal-hold 200 43 bytes", "GET ?legal-hold 200", "HEAD 200", "PUT 200 AES256 5 bytes", "HEAD 200")
	l.sent(l.apply(arguments{"legal_hold": true, "acl": "private", "content": "HELLO"}), "PUT ?legal-hold 200 42 bytes", "GET ?legal-hold 200")
	must(t, l.HoldObject(l.Bucket(), "record", false))
	r := l.apply(arguments{"legal_hold": true, "acl": "private", "content": "HELLO"}) // drift
	l.sent(r, "PUT ?legal-hold 200 42 bytes", "GET ?legal-hold 200")
	r = l.apply(arguments{"acl": "private", "content": "HELLO"})
	l.sent(r)
	if !slices.ContainsFunc(r.warnings, func(w string) bool { return containsAll(w, "Legal Hold Is Kept", "legal_hold = false") }) {
		t.Errorf("warned of %q", r.warnings)
	}
	l.refresh()
	if err := l.instance.Destroy(t.Context()); err == nil || !strings.Contains(err.Error(), "under a legal hold") {
		t.Errorf("destroyed with %v", err)
	}
	l.sent(l.apply(arguments{"legal_hold": false, "acl": "private", "content": "HELLO"}), "PUT ?legal-hold 200 43 bytes", "GET ?legal-hold 200")
	l.refresh()
	if err := l.instance.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
}

// If the plan cannot know that a lock forbids the update, it is refused before a
// body is sent, or by COS.
func TestLockFoundOut(t *testing.T) {
	t.Parallel()
	l := liveLocked(t)
	l.sent(l.apply(nil), "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200")
	l.instance.Continue(l.client())
	plan, err := l.instance.Plan(t.Context(), arguments{"bucket": l.Bucket(), "key": "record", "server_side_encryption": "AES256", "content": "HELLO"})
	must(t, err)
	must(t, l.HoldObject(l.Bucket(), "record", true))
	l.ResetRequests()
	err = plan.Apply(t.Context())
	if err == nil || !containsAll(err.Error(), "Object Locked", "under a legal hold", "Nothing was sent") {
		t.Errorf("applied with %v", err)
	}
	if diff := cmp.Diff([]string{"HEAD 200"}, l.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	plan, err = l.instance.Plan(t.Context(), arguments{"bucket": l.Bucket(), "key": "record", "server_side_encryption": "AES256", "content": "hello", "cache_control": "no-store"})
	must(t, err)
	if err = plan.Apply(t.Context()); err == nil || !containsAll(err.Error(), "ObjectLocked", "legal hold") {
		t.Errorf("applied with %v", err)
	}
	// The next plan knows the lock, because its refresh sends a HEAD.
	l.refused(l.apply(arguments{"cache_control": "no-store"}), "Object Locked", "under a legal hold")
}

// Every reason why an object cannot be locked fails with an error that says what to
// do.
func TestLockRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options func(*cosmock.Options)
		before  func(*lockedLife)
		first   arguments
		want    arguments
		says    []string
		stays   bool // the object exists at the end
	}{
		"in the past":            {want: arguments{"retain_until": "2020-01-01T00:00:00Z"}, says: []string{"Retention Is Over", "in the past", "-refresh=false"}},
		"not in UTC":             {want: arguments{"retain_until": "2120-01-01T00:00:00+01:00"}, says: []string{"Invalid Time", "UTC"}},
		"a fraction of a second": {want: arguments{"retain_until": "2120-01-01T00:00:00.5Z"}, says: []string{"Invalid Time", "whole seconds"}},
		"a date alone":           {want: arguments{"retain_until": "2120-01-01"}, says: []string{"Invalid Time", "RFC 3339"}},
		"a bucket without lock":  {before: func(l *lockedLife) { must(l.t, l.DisableObjectLock(l.Bucket())) }, want: arguments{"retain_until": "2120-01-01T00:00:00Z"}, says: []string{"NoSuchObjectLockConfiguration", "object lock", "versioning"}},
		"a bucket without lock that takes the headers": {
			options: func(o *cosmock.Options) { o.Undocumented.LockIgnored = true },
			before:  func(l *lockedLife) { must(l.t, l.DisableObjectLock(l.Bucket())) },
			want:    arguments{"retain_until": "2120-01-01T00:00:00Z", "legal_hold": true},
			says:    []string{"did not store the object", "retention: asked for \"2120-01-01T00:00:00Z\", found nothing", "legal hold: asked for, found none"},
		},
		"a bucket with versioning, later": {
			before: func(l *lockedLife) {
				must(l.t, l.DisableObjectLock(l.Bucket()))
				must(l.t, l.SetVersioning(l.Bucket(), cosmock.VersioningEnabled))
			},
			first: arguments{}, want: arguments{"retain_until": "2120-01-01T00:00:00Z"}, says: []string{"NoSuchObjectLockConfiguration", "versioning"}, stays: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var options []func(*cosmock.Options)
			if tc.options != nil {
				options = append(options, tc.options)
			}
			l := liveLocked(t, options...)
			if tc.first != nil {
				must(t, l.apply(tc.first).err)
			}
			if tc.before != nil {
				tc.before(l)
			}
			if r := l.apply(tc.want); r.err == nil || !containsAll(r.err.Error(), tc.says...) {
				t.Errorf("failed with %v", r.err)
			}
			if _, there := l.Stored("record"); there != tc.stays {
				t.Errorf("an object is there: %v", there)
			}
		})
	}
}

// An object that has the tags which it declares for the first time, as after an
// import, is not changed by them.
func TestTagsOfALockedObject(t *testing.T) {
	t.Parallel()
	const until = "2120-01-01T00:00:00Z"
	l := liveLocked(t)
	must(t, l.apply(arguments{"retain_until": until}).err)
	must(t, l.SetTags(l.Bucket(), "record", map[string]string{"team": "a"}))
	l.refused(l.apply(arguments{"retain_until": until, "tags": arguments{"team": "b"}}), "Object Locked", until)
	r := l.apply(arguments{"retain_until": until, "tags": arguments{"team": "a"}})
	l.sent(r, "GET ?tagging 200", "GET ?tagging 200") // by the plan and the apply
	if len(r.warnings) > 0 {
		t.Errorf("warned of %q", r.warnings)
	}
	if r := l.apply(arguments{"retain_until": until, "tags": arguments{"team": "a"}}); !r.empty || r.err != nil {
		t.Errorf("the next plan is not empty: %v", r.err)
	}
}

// The error names each missing CAM action and its resource.
func TestLockPermissions(t *testing.T) {
	t.Parallel()
	const until = "2120-01-01T00:00:00Z"
	for action, tc := range map[string]struct {
		hides         bool // HEAD does not return locks
		before, after arguments
		says          string
	}{
		"PutObjectRetention": {after: arguments{"retain_until": until}, says: "could not be set"},
		"GetObjectRetention": {hides: true, after: arguments{"retain_until": until}, says: "could not be set"},
		"PutObjectLegalHold": {before: arguments{"legal_hold": true}, after: arguments{"legal_hold": false}, says: "could not be lifted"},
		"GetObjectLegalHold": {after: arguments{"legal_hold": true}, says: "under a legal hold"},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			l := liveLocked(t, func(o *cosmock.Options) { o.Undocumented.HeadHidesLock = tc.hides })
			must(t, l.apply(tc.before).err)
			must(t, l.SetPolicy(everythingBut(action)))
			r := l.apply(tc.after)
			if r.err == nil || !containsAll(r.err.Error(), tc.says, "AccessDenied", "name/cos:"+action+" on qcs::cos:") {
				t.Errorf("failed with %v", r.err)
			}
			if _, there := l.Stored("record"); !there {
				t.Error("the object is gone")
			}
		})
	}
	t.Run("a lock that cannot be read back", func(t *testing.T) {
		t.Parallel()
		l := liveLocked(t, func(o *cosmock.Options) { o.Undocumented.HeadHidesLock = true })
		must(t, l.SetPolicy(everythingBut("GetObjectRetention")))
		r := l.apply(arguments{"retain_until": until})
		must(t, r.err)
		if !slices.ContainsFunc(r.warnings, func(w string) bool { return containsAll(w, "Object Lock Not Verified", "name/cos:GetObjectRetention") }) {
			t.Errorf("warned of %q", r.warnings)
		}
	})
}

func everythingBut(action string) string {
	return `{"version":"2.0","statement":[{"effect":"allow","action":["*"],"resource":["*"]},{"effect":"deny","action":["name/cos:` + action + `"],"resource":["*"]}]}`
}

// If HEAD does not return locks, the subresources do.
func TestLockThatHeadHides(t *testing.T) {
	t.Parallel()
	l := liveLocked(t, func(o *cosmock.Options) { o.Undocumented.HeadHidesLock = true })
	one := inHours(1)
	l.sent(l.apply(arguments{"retain_until": one, "legal_hold": true}), "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200", "GET ?retention 200", "GET ?legal-hold 200")
	if diff := cmp.Diff([]string{"HEAD 200", "GET ?retention 200", "GET ?legal-hold 200"}, l.refresh()); diff != "" {
		t.Errorf("a refresh (-want +got):\n%s", diff)
	}
	l.refused(l.apply(arguments{"retain_until": one, "legal_hold": true, "content": "HELLO"}), "Object Locked", "retained until "+one, "under a legal hold")
	must(t, l.LockObject(l.Bucket(), "record", time.Time{}))
	must(t, l.HoldObject(l.Bucket(), "record", false))
	l.refresh()
	var held *bool
	values := map[string]tftypes.Value{}
	must(t, l.instance.State.As(&values))
	must(t, values["legal_hold"].As(&held))
	if l.text("retain_until") != "" || held == nil || *held {
		t.Errorf("the state has %q, %v", l.text("retain_until"), values["legal_hold"])
	}
}

// In a bucket with versioning and object lock, a write adds a version above the
// locked one, which stays.
func TestLockWithVersioning(t *testing.T) {
	t.Parallel()
	for name, covers := range map[string]bool{"COS takes another version": false, "COS takes none": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := liveLocked(t, func(o *cosmock.Options) {
				o.Undocumented.LockWithVersioning, o.Undocumented.LockCoversVersions = true, covers
			})
			must(t, l.SetVersioning(l.Bucket(), cosmock.VersioningEnabled))
			one := inHours(1)
			must(t, l.apply(arguments{"retain_until": one}).err)
			// A rotation is a write like any other.
			r := l.apply(arguments{"retain_until": one, "server_side_encryption": "cos/kms"})
			if covers {
				if r.err == nil || !strings.Contains(r.err.Error(), "ObjectLocked") {
					t.Errorf("failed with %v", r.err)
				}
				return
			}
			l.sent(r, "GET ?acl 200", "PUT copy 200 cos/kms", "HEAD 200")
			if o, _ := l.Stored("record"); !o.RetainUntil.Equal(timeOf(t, one)) || l.Versions(t, "record") != 2 {
				t.Errorf("the new version is retained until %v, of %d", o.RetainUntil, l.Versions(t, "record"))
			}
			l.refused(l.apply(arguments{"retain_until": one, "server_side_encryption": "cos/kms", "tags": arguments{"a": "b"}}), "Object Locked", one)
			must(t, l.apply(arguments{"retain_until": one, "server_side_encryption": "cos/kms", "deletion_policy": "delete_version"}).err)
			l.refresh()
			if err := l.instance.Destroy(t.Context()); err == nil || !strings.Contains(err.Error(), "retained until "+one) {
				t.Errorf("destroyed with %v", err)
			}
			must(t, l.apply(arguments{"retain_until": one, "server_side_encryption": "cos/kms", "deletion_policy": nil}).err)
			l.refresh()
			if err := l.instance.Destroy(t.Context()); err != nil { // a delete marker hides the object
				t.Error(err)
			}
			if l.Versions(t, "record") != 3 {
				t.Errorf("there are %d versions", l.Versions(t, "record"))
			}
		})
	}
}
