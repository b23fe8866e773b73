package inspect

import (
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

var written = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Version IDs decide which write HEAD describes. Without them everything that is
// known has to match.
func TestRecordIs(t *testing.T) {
	t.Parallel()
	known := cosclient.Info{ETag: `"a"`, Length: 5, LastModified: written}
	for name, tc := range map[string]struct {
		record func(*Record)
		info   func(*cosclient.Info)
		want   bool
	}{
		"the same":                           {nil, nil, true},
		"another ETag":                       {nil, func(i *cosclient.Info) { i.ETag = `"b"` }, false},
		"another length":                     {nil, func(i *cosclient.Info) { i.Length = 6 }, false},
		"another second":                     {nil, func(i *cosclient.Info) { i.LastModified = written.Add(time.Second) }, false},
		"the same second":                    {nil, func(i *cosclient.Info) { i.LastModified = written.Add(time.Millisecond) }, true},
		"no time in HEAD":                    {nil, func(i *cosclient.Info) { i.LastModified = time.Time{} }, true},
		"write-only":                         {func(r *Record) { r.ETag = "" }, nil, true},
		"write-only, another length":         {func(r *Record) { r.ETag = "" }, func(i *cosclient.Info) { i.Length = 6 }, false},
		"write-only, another second":         {func(r *Record) { r.ETag = "" }, func(i *cosclient.Info) { i.LastModified = written.Add(time.Second) }, false},
		"nothing known":                      {func(r *Record) { r.ETag, r.LastModified = "", "" }, nil, false},
		"the same version, another length":   {func(r *Record) { r.VersionID = "1" }, func(i *cosclient.Info) { i.VersionID, i.Length = "1", 6 }, true},
		"another version":                    {func(r *Record) { r.VersionID = "1" }, func(i *cosclient.Info) { i.VersionID = "2" }, false},
		"versioning has been turned on":      {nil, func(i *cosclient.Info) { i.VersionID = "2" }, false},
		"null versions, another ETag":        {func(r *Record) { r.VersionID = "null" }, func(i *cosclient.Info) { i.VersionID, i.ETag = "null", `"b"` }, false},
		"from a listing, without a version":  {func(r *Record) { r.Opaque = true }, func(i *cosclient.Info) { i.VersionID = "2" }, true},
		"from a listing, another length too": {func(r *Record) { r.Opaque = true }, func(i *cosclient.Info) { i.VersionID, i.Length = "2", 6 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, info := RecordOf(known, false), known
			if tc.record != nil {
				tc.record(&r)
			}
			if tc.info != nil {
				tc.info(&info)
			}
			if got := r.Is(info); got != tc.want {
				t.Errorf("%+v is %+v: %t", r, info, got)
			}
		})
	}
}

// An older entry of a listing proves nothing. A newer one, or another one of the
// same second, shows a change.
func TestRecordCompare(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		entry cosclient.Entry
		etag  string
		want  Status
	}{
		"the same":                      {cosclient.Entry{ETag: `"a"`, Size: 5, LastModified: written}, `"a"`, Unchanged},
		"within the second":             {cosclient.Entry{ETag: `"a"`, Size: 5, LastModified: written.Add(time.Millisecond)}, `"a"`, Unchanged},
		"older":                         {cosclient.Entry{ETag: `"b"`, Size: 5, LastModified: written.Add(-time.Second)}, `"a"`, Unverified},
		"older, with the same ETag":     {cosclient.Entry{ETag: `"a"`, Size: 5, LastModified: written.Add(-time.Second)}, `"a"`, Unverified},
		"newer":                         {cosclient.Entry{ETag: `"a"`, Size: 5, LastModified: written.Add(time.Second)}, `"a"`, Changed},
		"another ETag in the second":    {cosclient.Entry{ETag: `"b"`, Size: 5, LastModified: written}, `"a"`, Changed},
		"another size in the second":    {cosclient.Entry{ETag: `"a"`, Size: 6, LastModified: written}, `"a"`, Changed},
		"an ETag that is not recorded":  {cosclient.Entry{ETag: `"b"`, Size: 5, LastModified: written}, "", Unchanged},
		"in parts, at another time":     {cosclient.Entry{ETag: `"a-2"`, Size: 5, LastModified: written.Add(-time.Hour)}, `"a-2"`, Unchanged},
		"in parts, with another length": {cosclient.Entry{ETag: `"a-2"`, Size: 6, LastModified: written}, `"a-2"`, Changed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Record{ETag: tc.etag, Length: 5, LastModified: TimeText(written)}
			if got := r.compare(tc.entry); got.Status != tc.want {
				t.Errorf("got %v (%v), want %v", got.Status, got.Why, tc.want)
			}
		})
	}
}
