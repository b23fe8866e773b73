package directory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

var (
	written = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	cosMode = protection{Mode: sse.ModeAES256}
	kmsMode = protection{Mode: sse.ModeKMS, KMSKeyID: "k1"}
	ssecOld = protection{Mode: sse.ModeCustomer, KeyMD5: "old"}
)

func sum(text string) content.Sum { return content.SumBytes([]byte(text)) }

func pattern(t testing.TB, text string) tree.Pattern {
	t.Helper()
	p, err := tree.ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stored returns a verified object with the content type of its name.
func stored(name, text string) entry {
	guessed := guess(name, headers{})
	return entry{
		Sum: sum(text), ETag: "etag-" + text, Class: "STANDARD", Modified: written, Proved: cosMode,
		Headers: headersOf(cosclient.Attributes{ContentType: guessed}), Guessed: guessed,
	}
}

// site returns a situation in which nothing has to be done.
func site(files map[string]string) situation {
	s := situation{
		state: map[string]string{}, record: map[string]entry{}, protection: cosMode,
		readable: func(protection) bool { return true },
	}
	for name, text := range files {
		s.state[name], s.record[name] = sum(text).CRC64String(), stored(name, text)
		s.put(name, text)
	}
	return s
}

// put adds a file to the tree.
func (s *situation) put(name, text string) {
	s.drop(name)
	s.files = append(s.files, wanted{Key: name, Name: name, Sum: sum(text)})
	sortFiles(s.files)
}

func (s *situation) drop(name string) {
	var rest []wanted
	for _, f := range s.files {
		if f.Key != name {
			rest = append(rest, f)
		}
	}
	s.files = rest
}

func sortFiles(files []wanted) {
	for i := range files {
		for j := i; j > 0 && files[j].Key < files[j-1].Key; j-- {
			files[j], files[j-1] = files[j-1], files[j]
		}
	}
}

func (st step) short() string {
	name := map[action]string{
		actionCopy: "copy", actionUpload: "upload", actionRewrite: "rewrite", actionProve: "prove",
		actionRetire: "retire", actionKeep: "keep", actionRemove: "remove",
	}[st.Action]
	text := fmt.Sprintf("%d %s %s", st.Wave, name, st.Key)
	if st.From != "" {
		text += " from " + st.From
	}
	return text
}

func shorts(steps []step) []string {
	all := []string{}
	for _, st := range steps {
		all = append(all, st.short())
	}
	return all
}

func TestDecide(t *testing.T) {
	t.Parallel()
	mutate := func(s situation, name string, change func(*entry)) {
		e := s.record[name]
		change(&e)
		s.record[name] = e
	}
	for name, tc := range map[string]struct {
		change func(t *testing.T, s *situation)
		want   []string
	}{
		"nothing":        {func(*testing.T, *situation) {}, nil},
		"a changed file": {func(_ *testing.T, s *situation) { s.put("a.js", "new") }, []string{"0 upload a.js"}},
		"a new file":     {func(_ *testing.T, s *situation) { s.put("n.js", "new") }, []string{"0 upload n.js"}},
		"a removed file": {func(_ *testing.T, s *situation) { s.drop("a.js") }, []string{"2 remove a.js"}},
		"a page links to what is not there yet": {func(_ *testing.T, s *situation) {
			s.put("a.html", "A")
			s.put("z.js", "Z")
		}, []string{"0 upload z.js", "1 upload a.html"}},
		"HTML by its type, whatever the name": {func(_ *testing.T, s *situation) {
			s.put("about", "about us")
			s.put("z.js", "Z")
			s.files[indexOf(s.files, "about")].Given[contentType] = "Text/HTML; charset=utf-8"
		}, []string{"0 upload z.js", "1 upload about"}},
		"upload_last": {func(t *testing.T, s *situation) {
			s.last = []tree.Pattern{pattern(t, "sw.js")}
			s.put("sw.js", "S")
			s.put("z.js", "Z")
		}, []string{"0 upload z.js", "1 upload sw.js"}},
		"a renamed folder moves no byte": {func(_ *testing.T, s *situation) {
			s.drop("a.js")
			s.put("js/a.js", "a")
		}, []string{"0 copy js/a.js from a.js", "2 remove a.js"}},
		"a copy of what is overwritten later comes first": {func(_ *testing.T, s *situation) {
			s.put("a.js", "new")
			s.put("b.js", "a")
		}, []string{"0 copy b.js from a.js", "0 upload a.js"}},
		"files that change places: one of them is uploaded": {func(_ *testing.T, s *situation) {
			s.put("a.js", "page")
			s.put("index.html", "a")
		}, []string{"0 copy a.js from index.html", "1 upload index.html"}},
		"files of one wave that change places": {func(_ *testing.T, s *situation) {
			s.state["b.js"], s.record["b.js"] = sum("b").CRC64String(), stored("b.js", "b")
			s.put("a.js", "b")
			s.put("b.js", "a")
		}, []string{"0 copy a.js from b.js", "0 upload b.js"}},
		"a page is not copied from what an earlier wave overwrites": {func(_ *testing.T, s *situation) {
			s.put("a.js", "new")
			s.put("b.html", "a")
		}, []string{"0 upload a.js", "1 upload b.html"}},
		"no copy from what cannot be read": {func(_ *testing.T, s *situation) {
			mutate(*s, "a.js", func(e *entry) { e.Proved = ssecOld })
			s.readable = func(p protection) bool { return p != ssecOld }
			s.put("b.js", "a")
		}, []string{"0 upload a.js", "0 upload b.js"}},
		"no copy from an archive": {func(_ *testing.T, s *situation) {
			mutate(*s, "a.js", func(e *entry) { e.Class = "ARCHIVE" })
			s.put("b.js", "a")
		}, []string{"0 upload b.js"}},
		"no copy from what somebody has changed": {func(_ *testing.T, s *situation) {
			s.state["a.js"] = "1"
			s.drop("a.js")
			s.put("b.js", "a")
		}, []string{"0 upload b.js", "2 remove a.js"}},
		"empty files are not copied": {func(_ *testing.T, s *situation) {
			s.state["e"], s.record["e"] = sum("").CRC64String(), stored("e", "")
			s.put("e", "")
			s.put("f", "")
		}, []string{"0 upload f"}},
		"same CRC64, other length": {func(_ *testing.T, s *situation) {
			mutate(*s, "a.js", func(e *entry) { e.Sum.Length++ })
		}, []string{"0 prove a.js"}},
		"drift of the bytes": {func(_ *testing.T, s *situation) { s.state["a.js"] = "1" }, []string{"0 upload a.js"}},
		"drift of the encryption": {func(_ *testing.T, s *situation) {
			s.state["a.js"] += " (not encrypted)"
		}, []string{"0 rewrite a.js"}},
		"an object that nobody can read": {func(_ *testing.T, s *situation) { s.state["a.js"] = unreadable().String() }, []string{"0 upload a.js"}},
		"a vanished object": {func(_ *testing.T, s *situation) {
			delete(s.state, "a.js")
			delete(s.record, "a.js")
		}, []string{"0 upload a.js"}},
		"a rotation": {func(_ *testing.T, s *situation) { s.protection = kmsMode }, []string{"0 rewrite a.js", "1 rewrite index.html"}},
		"a rotation that failed half-way is not finished": {func(_ *testing.T, s *situation) {
			s.protection = kmsMode
			mutate(*s, "index.html", func(e *entry) { e.Proved = kmsMode })
		}, []string{"0 rewrite a.js"}},
		"another encryption context": {func(_ *testing.T, s *situation) {
			s.protection = protection{Mode: sse.ModeKMS, Context: "new"}
			for name := range s.record {
				mutate(*s, name, func(e *entry) { e.Proved = kmsMode })
			}
			mutate(*s, "a.js", func(e *entry) { e.Proved.Context = "new" })
		}, []string{"1 rewrite index.html"}},
		"no KMS key declared: the one it has": {func(_ *testing.T, s *situation) {
			s.protection = protection{Mode: sse.ModeKMS}
			for name := range s.record {
				mutate(*s, name, func(e *entry) { e.Proved = kmsMode })
			}
		}, nil},
		"a rotation without the old key": {func(_ *testing.T, s *situation) {
			for name := range s.record {
				mutate(*s, name, func(e *entry) { e.Proved = ssecOld })
			}
			s.readable = func(p protection) bool { return p != ssecOld }
		}, []string{"0 upload a.js", "1 upload index.html"}},
		"a header rule": {func(_ *testing.T, s *situation) {
			s.files[indexOf(s.files, "a.js")].Given[cacheControl] = "no-cache"
		}, []string{"0 rewrite a.js"}},
		"a header that no rule gives any more": {func(_ *testing.T, s *situation) {
			mutate(*s, "a.js", func(e *entry) {
				e.Headers = headersOf(cosclient.Attributes{ContentType: e.Guessed, CacheControl: "no-cache"})
			})
		}, []string{"0 rewrite a.js"}},
		"a newer table of types changes nothing": {func(_ *testing.T, s *situation) {
			mutate(*s, "a.js", func(e *entry) {
				e.Guessed = "application/javascript"
				e.Headers = headersOf(cosclient.Attributes{ContentType: e.Guessed})
			})
		}, nil},
		"the class": {func(_ *testing.T, s *situation) { s.class = "STANDARD_IA" }, []string{"0 rewrite a.js", "1 rewrite index.html"}},
		"metadata":  {func(_ *testing.T, s *situation) { s.metadata = map[string]string{"a": "b"} }, []string{"0 rewrite a.js", "1 rewrite index.html"}},
		"the record is lost": {func(_ *testing.T, s *situation) {
			s.record = nil
		}, nil},
		"the record is lost and something changes": {func(_ *testing.T, s *situation) {
			s.record, s.changes = nil, true
		}, []string{"0 prove a.js", "1 prove index.html"}},
		"next_apply": {func(_ *testing.T, s *situation) {
			s.removed = removeNext
			s.drop("a.js")
		}, []string{"2 retire a.js"}},
		"retired files plan nothing by themselves": {func(_ *testing.T, s *situation) {
			s.removed = removeNext
			s.record["old.js"] = retiredEntry("old.js", "old")
		}, nil},
		"retired files go with the next change": {func(_ *testing.T, s *situation) {
			s.removed = removeNext
			s.record["old.js"] = retiredEntry("old.js", "old")
			s.put("a.js", "new")
		}, []string{"0 upload a.js", "2 remove old.js"}},
		"retired files go when others retire": {func(_ *testing.T, s *situation) {
			s.removed = removeNext
			s.record["old.js"] = retiredEntry("old.js", "old")
			s.drop("a.js")
		}, []string{"2 retire a.js", "2 remove old.js"}},
		"a retired file returns": {func(_ *testing.T, s *situation) {
			s.record["old.js"] = retiredEntry("old.js", "old")
			s.put("old.js", "old")
		}, []string{"0 prove old.js"}},
		"keep": {func(_ *testing.T, s *situation) {
			s.removed = removeKeep
			s.drop("a.js")
		}, []string{"2 keep a.js"}},
		"kept files are never deleted": {func(_ *testing.T, s *situation) {
			e := retiredEntry("old.js", "old")
			e.Standing = kept
			s.record["old.js"] = e
			s.put("a.js", "new")
		}, []string{"0 upload a.js"}},
		"an apply that was cut off left an object": {func(_ *testing.T, s *situation) {
			s.record["left.js"] = stored("left.js", "left")
		}, []string{"2 remove left.js"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := site(map[string]string{"a.js": "a", "index.html": "page"})
			tc.change(t, &s)
			o := decide(s)
			if tc.want == nil {
				tc.want = []string{}
			}
			if diff := cmp.Diff(tc.want, shorts(o.steps)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			for _, f := range s.files {
				if o.files[f.Key] != f.Sum.CRC64String() {
					t.Errorf("%s is planned as %q", f.Key, o.files[f.Key])
				}
			}
		})
	}
}

func retiredEntry(name, text string) entry {
	e := stored(name, text)
	e.Standing = retired
	return e
}

func indexOf(files []wanted, key string) int {
	for i, f := range files {
		if f.Key == key {
			return i
		}
	}
	return -1
}

func TestDigestChangesIfAndOnlyIf(t *testing.T) {
	t.Parallel()
	base := func() situation { return site(map[string]string{"a.js": "a", "b.css": "b"}) }
	first := decide(base()).digest
	for name, tc := range map[string]struct {
		change func(*situation)
		same   bool
	}{
		"nothing":    {func(*situation) {}, true},
		"encryption": {func(s *situation) { s.protection = kmsMode }, true},
		"drift":      {func(s *situation) { s.state["a.js"] = "1 (not encrypted)" }, true},
		"a byte":     {func(s *situation) { s.put("a.js", "A") }, false},
		"a key": {func(s *situation) {
			s.drop("a.js")
			s.put("c.js", "a")
		}, false},
		"a header": {func(s *situation) { s.files[0].Given[cacheControl] = "x" }, false},
		"metadata": {func(s *situation) { s.metadata = map[string]string{"a": "b"} }, false},
	} {
		s := base()
		tc.change(&s)
		if got := decide(s).digest; (got == first) != tc.same {
			t.Errorf("%s: %s and %s", name, first, got)
		}
	}
}

func TestRulesInOrder(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	rs := rules{
		{match: pattern(t, "**"), set: [headerCount]*string{cacheControl: text("no-cache"), contentLanguage: text("en")}},
		{match: pattern(t, "assets/**"), set: [headerCount]*string{cacheControl: text("immutable")}},
		{match: pattern(t, "assets/x"), set: [headerCount]*string{cacheControl: text(""), contentType: text("text/x")}},
		{match: pattern(t, "nothing")},
	}
	matched := make([]bool, len(rs))
	for name, want := range map[string]string{
		"a":        `cache_control = "no-cache", content_language = "en"`,
		"assets/a": `cache_control = "immutable", content_language = "en"`,
		"assets/x": `content_type = "text/x", content_language = "en"`,
	} {
		if got := rs.give(name, matched).String(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if diff := cmp.Diff([]bool{true, true, true, false}, matched); diff != "" {
		t.Error(diff)
	}
}

func TestTypeOfWhatIsStoredCompressed(t *testing.T) {
	t.Parallel()
	encoded := headers{contentEncoding: "gzip"}
	for name, want := range map[string]string{
		"a.js.gz": "text/javascript; charset=utf-8", "a.css.BR": "text/css; charset=utf-8", "a.svg.zst": "image/svg+xml", "a.tar": "application/x-tar",
	} {
		if got := guess(name, encoded); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := guess("a.js.gz", headers{}); got != "application/gzip" {
		t.Errorf("not declared: got %s", got)
	}
	// If content_encoding is declared later, it changes what the type is guessed
	// from.
	s := site(map[string]string{"a.js.gz": "a"})
	s.files[0].Given = encoded
	if o := decide(s); len(o.steps) != 1 || o.steps[0].Attributes.ContentType != "text/javascript; charset=utf-8" {
		t.Errorf("got %+v", o.steps)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	found := cosclient.Info{
		Attributes: cosclient.Attributes{ContentType: "text/css", StorageClass: "STANDARD"},
		Encryption: sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k1"}, ETag: "e", Length: 1, CRC64: sum("a").CRC64String(), LastModified: written,
	}
	want := expectation{protection: protection{Mode: sse.ModeKMS}, attributes: cosclient.Attributes{ContentType: "text/css"}}
	crc := found.CRC64
	for name, tc := range map[string]struct {
		change func(*cosclient.Info, *expectation)
		want   string
	}{
		"as declared":              {func(*cosclient.Info, *expectation) {}, crc},
		"not encrypted":            {func(i *cosclient.Info, _ *expectation) { i.Encryption = sse.Observed{} }, crc + " (not encrypted)"},
		"never declared, not even": {func(i *cosclient.Info, w *expectation) { i.Encryption, w.protection = sse.Observed{}, protection{} }, crc + " (not encrypted)"},
		"another mode":             {func(i *cosclient.Info, _ *expectation) { i.Encryption = sse.Observed{Mode: sse.ModeAES256} }, crc + " (SSE-COS (AES256))"},
		"another KMS key":          {func(_ *cosclient.Info, w *expectation) { w.protection.KMSKeyID = "k2" }, crc + " (SSE-KMS (cos/kms) with the key k1)"},
		"a class and a header": {func(i *cosclient.Info, w *expectation) { w.class, i.CacheControl = "STANDARD_IA", "x" },
			crc + ` (storage class STANDARD, cache_control "x")`},
		"a header is gone":            {func(_ *cosclient.Info, w *expectation) { w.attributes.ContentLanguage = "en" }, crc + ` (content_language "")`},
		"metadata":                    {func(i *cosclient.Info, _ *expectation) { i.Metadata = map[string]string{"a": "b"} }, crc + " (metadata)"},
		"no checksum":                 {func(i *cosclient.Info, _ *expectation) { i.CRC64 = "" }, "unknown (no checksum)"},
		"other bytes":                 {func(i *cosclient.Info, _ *expectation) { i.CRC64 = "1" }, "1"},
		"a type whose record is lost": {func(_ *cosclient.Info, w *expectation) { w.attributes.ContentType = "" }, crc},
		"a hostile server": {func(i *cosclient.Info, _ *expectation) {
			i.Encryption.KMSKeyID, i.Encryption.Mode = "\x1b[2J\n", sse.ModeKMS
		}, crc},
	} {
		info, w := found, want
		tc.change(&info, &w)
		got, recorded := judge(info, w)
		if got.String() != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
		if back := parseValue(got.String()); back.crc64 != got.crc64 || (len(back.deviations) > 0) != (len(got.deviations) > 0) {
			t.Errorf("%s: read back as %+v", name, back)
		}
		if recorded.ETag != "e" {
			t.Errorf("%s: recorded %+v", name, recorded)
		}
	}
	var v value
	if v.deviate("\x1b[2J" + strings.Repeat("é", 200)); strings.ContainsRune(v.deviations[0], 0x1b) || len(v.deviations[0]) > maxDeviation+3 {
		t.Errorf("got %q", v.deviations)
	}
}

func TestMeetingWhatIsThere(t *testing.T) {
	t.Parallel()
	f := wanted{Key: "a", Name: "a", Sum: sum("a")}
	want := expectation{protection: cosMode}
	info := cosclient.Info{Length: 1, CRC64: sum("a").CRC64String(), Encryption: sse.Observed{Mode: sse.ModeAES256}}
	plain, other, long := info, info, observation{}
	plain.Encryption, other.CRC64, long.Size = sse.Observed{}, "1", 2
	short := observation{}
	short.Size = 1
	for policy, tc := range map[existing]struct{ absent, long, same, plain, other meeting }{
		existingError:     {meetFree, meetConflict, meetConflict, meetConflict, meetConflict},
		existingAdopt:     {meetFree, meetConflict, meetAdopt, meetRewrite, meetConflict},
		existingOverwrite: {meetFree, meetOverwrite, meetAdopt, meetRewrite, meetOverwrite},
		"":                {meetFree, meetConflict, meetConflict, meetConflict, meetConflict},
	} {
		meet := func(info cosclient.Info) meeting {
			if got := policy.meet(f, short); got != meetAsk {
				return got
			}
			return policy.meetInfo(f, info, want)
		}
		got := []meeting{policy.meet(f, observation{Absent: true}), policy.meet(f, long), meet(info), meet(plain), meet(other)}
		if diff := cmp.Diff([]meeting{tc.absent, tc.long, tc.same, tc.plain, tc.other}, got); diff != "" {
			t.Errorf("%s: %s", policy, diff)
		}
	}
}
