package bulk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// Kind is the result for an object, as the report spells it.
type Kind string

// Results for an object.
const (
	Done        Kind = "done"
	Requested   Kind = "requested" // COS has begun to work on it
	UnderWay    Kind = "under_way" // COS is working on it already
	Planned     Kind = "planned"   // a dry run would have worked on it
	Right       Kind = "right"     // it is already as it is wanted
	Skipped     Kind = "skipped"   // it is left alone on purpose
	Gone        Kind = "gone"      // it was deleted after it had been listed
	Failed      Kind = "failed"
	Interrupted Kind = "interrupted" // the run ended before it was done
)

// Reason is why an object failed or was skipped, as the report spells it.
type Reason string

// Reasons of failures.
const (
	Denied          Reason = "denied"
	Archived        Reason = "archived"
	Locked          Reason = "locked"
	Changed         Reason = "changed" // someone else wrote it in the meantime
	CustomerUnknown Reason = "customer_unknown"
	Unaddressable   Reason = "unaddressable"
	AppendOrSymlink Reason = "append_or_symlink"
	Exists          Reason = "exists"           // there is another object at the target
	TierNotOffered  Reason = "tier_not_offered" // its class is not restored by that tier
	Other           Reason = "failed"
)

// Reasons to skip an object.
const (
	NotSelected Reason = "not_selected" // by the filters of the job
	Newer       Reason = "newer"        // written after the time of the job
	Public      Reason = "public"       // everybody may read it
	NoKey       Reason = "no_key"       // its key is the prefix, and nothing is left of it at the target
	NotArchived Reason = "not_archived" // there is nothing to restore
)

// State describes how an object is stored.
type State struct {
	Encryption     string `json:"encryption,omitempty"`
	KMSKeyID       string `json:"sse_kms_key_id,omitempty"`
	CustomerKeyMD5 string `json:"sse_customer_key_md5,omitempty"`
	ETag           string `json:"etag,omitempty"`
	VersionID      string `json:"version_id,omitempty"`
	StorageClass   string `json:"storage_class,omitempty"`
	RestoredUntil  string `json:"restored_until,omitempty"` // RFC 3339
}

// Result is the result for one object.
type Result struct {
	Key    string
	Target string // the key of its copy, if it is another one
	Kind   Kind
	Reason Reason
	// Err is the error if the object failed.
	Err error
	// Told: an earlier job of the run has counted and reported the object.
	Told bool
	// Hopeless means that a retry would not help.
	Hopeless bool
	// Fatal means that every other object would fail as well, so the run ends.
	Fatal         bool
	Bytes         int64
	Before, After State
}

// Failure counts the objects with one reason.
type Failure struct {
	Reason Reason
	Count  int
	Keys   []string // the first ones, sorted by key
	Err    error    // of the first key
}

// keysNamed is how many keys are kept for each reason.
const keysNamed = 5

// Summary counts the results.
type Summary struct {
	Began, Now time.Time
	Counts     map[Kind]int
	Left       map[Reason]int // skipped objects
	Bytes      int64          // of the objects that are done
	Versions   bool           // a write created a new version
	Boundary   Boundary       // what the prefix of the job covers

	failures map[Reason]*Failure
	noRetry  int
}

func newSummary(now time.Time) Summary {
	return Summary{Began: now, Now: now, Counts: map[Kind]int{}, Left: map[Reason]int{}, failures: map[Reason]*Failure{}}
}

// Looked returns how many objects were inspected.
func (s Summary) Looked() int {
	n := 0
	for _, count := range s.Counts {
		n += count
	}
	return n
}

// Failures returns the failures by reason, most frequent first.
func (s Summary) Failures() []Failure {
	all := make([]Failure, 0, len(s.failures))
	for _, f := range s.failures {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

func (s *Summary) add(r Result) {
	s.Counts[r.Kind]++
	switch r.Kind {
	case Done, Requested:
		s.Bytes += r.Bytes
		// While versioning is suspended, only the version before has an ID.
		s.Versions = s.Versions || inspect.VersionOf(r.After.VersionID) != "" || inspect.VersionOf(r.Before.VersionID) != ""
	case Skipped:
		s.Left[r.Reason]++
	case Failed:
		f := s.failures[r.Reason]
		if f == nil {
			f = &Failure{Reason: r.Reason}
			s.failures[r.Reason] = f
		}
		f.add(r)
		if r.Hopeless {
			s.noRetry++
		}
	}
}

func (f *Failure) add(r Result) {
	f.Count++
	at, _ := slices.BinarySearch(f.Keys, r.Key)
	if at == keysNamed {
		return
	}
	if at == 0 {
		f.Err = r.Err
	}
	f.Keys = slices.Insert(f.Keys, at, r.Key)
	f.Keys = f.Keys[:min(len(f.Keys), keysNamed)]
}

// hopeless reports whether the run should end with ErrHopeless.
func (s Summary) hopeless() bool {
	worked := s.Counts[Done] + s.Counts[Requested] + s.Counts[UnderWay] + s.Counts[Planned] + s.Counts[Right] + s.Counts[Failed]
	return worked >= enoughToJudge && 2*s.noRetry > worked
}

// Progress returns a line about the progress of a run.
func (s Summary) Progress() string {
	rate := ""
	if took := s.Now.Sub(s.Began).Seconds(); took >= 1 {
		rate = fmt.Sprintf("; %s objects/s", Number(int(float64(s.Looked())/took)))
	}
	return fmt.Sprintf("%s: %s%s", Objects(s.Looked()), s.numbers(), rate)
}

// numbers returns the counts in a fixed order.
func (s Summary) numbers() string {
	var parts []string
	for _, k := range []Kind{Done, Requested, UnderWay, Planned, Right, Gone, Failed, Interrupted} {
		if n := s.Counts[k]; n > 0 {
			parts = append(parts, Number(n)+" "+strings.ReplaceAll(string(k), "_", " "))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(s.Left)) {
		parts = append(parts, fmt.Sprintf("%s skipped as %s", Number(s.Left[reason]), reason))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// Reasons lists the failures, one line per reason with the first keys and the
// first error. advice returns what to do about a failure, or "".
func (s Summary) Reasons(advice func(Failure) string) string {
	var b strings.Builder
	for _, f := range s.Failures() {
		keys := make([]string, len(f.Keys))
		for i, key := range f.Keys {
			keys[i] = fmt.Sprintf("%q", key)
		}
		more := ""
		if f.Count > len(f.Keys) {
			more = ", ..."
		}
		fmt.Fprintf(&b, "\n  - %s: %s (%s%s)", f.Reason, Objects(f.Count), strings.Join(keys, ", "), more)
		if say := advice(f); say != "" {
			b.WriteString("\n    " + say)
		}
		if f.Err != nil {
			fmt.Fprintf(&b, "\n    The first one: %v", f.Err)
		}
	}
	return b.String()
}

// Number formats a count with thousands separators.
func Number(n int) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// Objects formats a number of objects.
func Objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return Number(n) + " objects"
}
