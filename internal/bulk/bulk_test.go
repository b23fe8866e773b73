package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// stage returns a server, and a job for its bucket that records what it
// processes.
func stage(t testing.TB, options ...func(*cosmock.Options)) (*cosmock.Server, *Job) {
	t.Helper()
	opts := cosmock.Options{DataDir: t.TempDir()}
	for _, option := range options {
		option(&opts)
	}
	server, err := cosmock.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	endpoint, err := cosclient.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client, err := cosclient.New(cosclient.Config{
		Endpoint:       endpoint,
		Credentials:    credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}},
		RootCAs:        server.CertPool(),
		RequestTimeout: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	return server, &Job{
		Client: client, Region: server.Region(), Bucket: server.Bucket(), Parallelism: 4,
		Do: func(context.Context, cosclient.Entry) Result { return Result{Kind: Done} },
	}
}

// worked makes the job record its keys.
func worked(j *Job) *[]string {
	var mu sync.Mutex
	keys := &[]string{}
	do := j.Do
	j.Do = func(ctx context.Context, e cosclient.Entry) Result {
		mu.Lock()
		*keys = append(*keys, e.Key)
		mu.Unlock()
		return do(ctx, e)
	}
	return keys
}

func put(t testing.TB, s *cosmock.Server, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := s.PutObject(s.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
}

func many(n int, format string) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf(format, i)
	}
	return keys
}

// Each key is processed exactly once, regardless of how the listing is split.
func TestEveryKeyOnce(t *testing.T) {
	t.Parallel()
	dates := []string{}
	for year := 2020; year < 2027; year++ {
		for month := 1; month <= 12; month++ {
			dates = append(dates, fmt.Sprintf("log/%d/%02d/a", year, month), fmt.Sprintf("log/%d/%02d/b+ c", year, month))
		}
	}
	for name, tc := range map[string]struct {
		keys          []string
		prefix, match string
		want          func(string) bool
	}{
		"none":              {},
		"one page":          {keys: many(7, "a/%d")},
		"numbers":           {keys: many(300, "o/%05d")},
		"one long key":      {keys: append(many(60, strings.Repeat("deep/", 90)+"%d"), "z")},
		"dates":             {keys: dates},
		"no common letter":  {keys: []string{"A", "B", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "~", "~~", "~a", "!", " x"}},
		"not ASCII":         {keys: append(many(40, "ü/%d"), "ü", "ä/ö", "日本/語", "日本", "\U0001F600", "\U0010FFFE", "a")},
		"a key is a prefix": {keys: []string{"p", "p/", "p/a", "p/a/", "p/a/b", "p/b", "pp", "p:", "p;"}, prefix: "p"},
		"a prefix":          {keys: append(many(50, "in/%02d"), "in", "im/1", "io"), prefix: "in/"},
		"a pattern":         {keys: append(many(50, "x/%02d.csv"), many(50, "x/%02d.txt")...), match: "x/*.csv", want: func(k string) bool { return strings.HasSuffix(k, ".csv") }},
		"nothing fits":      {keys: many(30, "x/%02d"), match: "y/**", want: func(string) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, j := stage(t)
			put(t, s, tc.keys...)
			j.Prefix, j.Match, j.pageSize = tc.prefix, tc.match, 5
			keys := worked(j)
			summary, err := j.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := slices.DeleteFunc(slices.Sorted(slices.Values(tc.keys)), func(k string) bool {
				return !strings.HasPrefix(k, tc.prefix) || tc.want != nil && !tc.want(k)
			})
			got := slices.Sorted(slices.Values(*keys))
			if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
				t.Error(diff)
			}
			if summary.Counts[Done] != len(want) || summary.Looked() != len(want) {
				t.Errorf("%d done of %d", summary.Counts[Done], summary.Looked())
			}
			for _, r := range s.Requests() {
				if r.Status != 200 {
					t.Errorf("%s: %d", r.Key, r.Status)
				}
			}
		})
	}
}

// Consecutive requests are for different parts of the index.
func TestOrderSpreadsOverTheIndex(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, many(1000, "o/%04d")...)
	j.pageSize, j.Parallelism = 50, 1
	keys := worked(j)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The first page keeps the workers busy until the lanes are ready.
	leading := map[byte]bool{}
	for _, key := range (*keys)[60:80] {
		leading[key[3]] = true
	}
	if len(leading) < 8 {
		t.Errorf("20 keys begin with %d different digits", len(leading))
	}
	listings := 0
	for _, r := range s.Requests() {
		if r.Method == "GET" && r.Key == "" {
			listings++
		}
	}
	if most := 1000/50 + lanesWanted + mostProbes; listings > most {
		t.Errorf("%d listings, at most %d are wanted", listings, most)
	}
}

// A run stops if most objects fail permanently, but continues if half of them do.
func TestRunStopsWhereItMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fails func(n int) bool
		how   Result
		stops bool
	}{
		"most fail for good":  {func(n int) bool { return n%4 != 0 }, Result{Kind: Failed, Reason: Denied, Hopeless: true}, true},
		"most fail this time": {func(n int) bool { return n%4 != 0 }, Result{Kind: Failed, Reason: Changed}, false},
		"a quarter fails":     {func(n int) bool { return n%4 == 0 }, Result{Kind: Failed, Reason: Denied, Hopeless: true}, false},
		"most are right":      {func(n int) bool { return n < 499 }, Result{Kind: Failed, Reason: Denied, Hopeless: true}, false},
		"most are planned":    {func(n int) bool { return n < 499 }, Result{Kind: Failed, Reason: Denied, Hopeless: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, j := stage(t)
			put(t, s, many(1500, "%04d")...)
			j.Parallelism = 1
			n := 0
			rest := Done
			switch name {
			case "most are right":
				rest = Right
			case "most are planned":
				rest = Planned
			}
			j.Do = func(context.Context, cosclient.Entry) Result {
				n++
				if tc.fails(n) {
					return tc.how
				}
				return Result{Kind: rest}
			}
			summary, err := j.Run(t.Context())
			if errors.Is(err, ErrHopeless) != tc.stops || err != nil && !tc.stops {
				t.Fatal(err)
			}
			if looked := summary.Looked(); tc.stops && looked > 1100 || !tc.stops && looked != 1500 {
				t.Errorf("%d were looked at", looked)
			}
		})
	}
}

// An error that affects every object ends the run at once.
func TestRunEndsWithWhatBefallsAll(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, many(100, "%d")...)
	fatal := errors.New("the signature is refused")
	j.Parallelism = 1
	j.Do = func(context.Context, cosclient.Entry) Result {
		return Result{Kind: Failed, Reason: Other, Err: fatal, Fatal: true}
	}
	if summary, err := j.Run(t.Context()); !errors.Is(err, fatal) || summary.Looked() > 5 {
		t.Errorf("%v after %d", err, summary.Looked())
	}
}

// A listing that is refused or does not advance is an error, even if objects were
// processed.
func TestListingFails(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, many(10, "%d")...)
	j.Bucket = "another-1250000000"
	if _, err := j.Run(t.Context()); !errors.Is(err, cosclient.ErrNoSuchBucket) {
		t.Error(err)
	}
}

// Objects in progress when a run is interrupted do not count as failed.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, many(50, "%d")...)
	ctx, cancel := context.WithCancel(t.Context())
	j.Parallelism = 1
	n := 0
	j.Do = func(context.Context, cosclient.Entry) Result {
		if n++; n == 3 {
			cancel()
			return Result{Kind: Failed, Reason: Other, Err: ctx.Err()}
		}
		return Result{Kind: Done}
	}
	summary, err := j.Run(ctx)
	if !errors.Is(err, context.Canceled) || summary.Counts[Done] < 2 || summary.Counts[Failed] != 0 || summary.Counts[Interrupted] == 0 {
		t.Errorf("%v: %v", err, summary.Counts)
	}
}

// The report gets a line for each object as soon as it is done. Lines are
// appended to an existing file.
func TestReport(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, "a", "b", "c")
	path := filepath.Join(t.TempDir(), "proof.jsonl")
	j.Parallelism = 1
	j.order = inOrder
	j.Now = func() time.Time { return time.Date(2026, 11, 28, 1, 2, 3, 456789, time.UTC) }
	j.Do = func(_ context.Context, e cosclient.Entry) Result {
		switch e.Key {
		case "a":
			return Result{Kind: Done, Before: State{Encryption: "none", ETag: "e1"}, After: State{Encryption: "cos/kms", KMSKeyID: "k", ETag: "e2", VersionID: "v"}}
		case "b":
			return Result{Kind: Failed, Reason: Locked, Err: errors.New("a <lock>"), Before: State{Encryption: "none"}}
		}
		return Result{Kind: Right, Before: State{Encryption: "customer", CustomerKeyMD5: "m"}}
	}
	for range 2 {
		var err error
		if j.Report, err = OpenReport(path); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := j.Report.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"time":"2026-11-28T01:02:03Z","key":"a","result":"done","before":{"encryption":"none","etag":"e1"},"after":{"encryption":"cos/kms","sse_kms_key_id":"k","etag":"e2","version_id":"v"}}
{"time":"2026-11-28T01:02:03Z","key":"b","result":"failed","reason":"locked","error":"a <lock>","before":{"encryption":"none"},"after":{}}
{"time":"2026-11-28T01:02:03Z","key":"c","result":"right","before":{"encryption":"customer","sse_customer_key_md5":"m"},"after":{}}
`
	if diff := cmp.Diff(want+want, string(text)); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(string(text)) {
		var read Line
		if err := json.Unmarshal([]byte(line), &read); err != nil || read.Key == "" {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func inOrder(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// broken is a file that accepts one line.
type broken struct{ lines int }

func (b *broken) Write(p []byte) (int, error) {
	if b.lines++; b.lines > 1 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func (*broken) Close() error { return nil }

// A run stops if its report cannot be written.
func TestReportFails(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, many(100, "%d")...)
	j.Parallelism, j.Report = 1, newReport(&broken{})
	summary, err := j.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the disk is full") || summary.Looked() > 10 {
		t.Errorf("%v after %d", err, summary.Looked())
	}
	if _, err := OpenReport(filepath.Join(t.TempDir(), "missing", "proof.jsonl")); err == nil {
		t.Error("opened in a folder that is not there")
	}
}

// Progress is reported at most every five seconds.
func TestProgress(t *testing.T) {
	t.Parallel()
	s, j := stage(t)
	put(t, s, many(20, "%02d")...)
	now, told := time.Unix(0, 0), []string{}
	j.Parallelism = 1
	j.Now = func() time.Time { now = now.Add(time.Second / 4); return now } // advances several times per object
	j.Progress = func(s Summary) { told = append(told, s.Now.Format("05")+" "+s.Progress()) }
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(told) < 1 || len(told) > 2 || !strings.Contains(told[0], "done") {
		t.Errorf("%q", told)
	}
}

func TestSummaryNamesTheFirstKeys(t *testing.T) {
	t.Parallel()
	s := newSummary(time.Time{})
	for _, key := range []string{"g", "b", "c", "a", "f", "e", "d"} {
		s.add(Result{Key: key, Kind: Failed, Reason: Denied, Err: errors.New("about " + key)})
	}
	s.add(Result{Key: "z", Kind: Failed, Reason: Locked})
	got := s.Reasons(func(f Failure) string {
		if f.Reason == Locked {
			return "Wait."
		}
		return ""
	})
	want := `
  - denied: 7 objects ("a", "b", "c", "d", "e", ...)
    The first one: about a
  - locked: 1 object ("z")
    Wait.`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := Number(1234567) + " " + Number(12) + " " + Number(123); got != "1,234,567 12 123" {
		t.Error(got)
	}
}
