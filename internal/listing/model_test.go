package listing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// For random buckets, states and orders, only what a correct listing shows is
// proved, and the number of requests hardly exceeds that of objects.
func TestAnyBucket(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		f, ours, want := anyBucket(random)
		c := New(f)
		forgotten := map[string]bool{}
		for range random.IntN(4) {
			if key := ours[random.IntN(len(ours))].Key; !forgotten[key] {
				forgotten[key] = true
				c.Forget("r", "b", key)
			}
		}
		asked := refresh(c, ours, 1+random.IntN(12))
		for _, o := range ours {
			_, alone := slices.BinarySearch(asked, o.Key)
			if proved := !alone; proved && (!want[o.Key] || forgotten[o.Key]) {
				t.Fatalf("seed %d: %q is not what the listing shows, but proved", seed, o.Key)
			}
		}
		if got, most := len(asked)+f.pages(), len(ours)+ahead; got > most {
			t.Fatalf("seed %d: %d requests for %d objects", seed, got, len(ours))
		}
		if f.most > 1 {
			t.Fatalf("seed %d: %d pages at a time", seed, f.most)
		}
	}
}

// anyBucket returns a random bucket, the recorded state of some of its objects,
// and which of them the listing proves unchanged.
func anyBucket(random *rand.Rand) (f *fake, ours []Object, proves map[string]bool) {
	letters := []string{"a", "b", "/", "//", "é", "\U0010fffd", "0", "1", "2", "-", " "}[:2+random.IntN(10)]
	f = newFake()
	f.limit = 1 + random.IntN(50)
	proves = map[string]bool{}
	seen := map[string]bool{}
	for range 1 + random.IntN(400) {
		key := ""
		for range 1 + random.IntN(6) {
			key += letters[random.IntN(len(letters))]
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		entry := object(key)
		recorded, same := entry, true
		if random.IntN(3) == 0 {
			recorded, same = drifted(random, &entry)
		}
		if random.IntN(10) > 0 {
			f.objects = append(f.objects, entry)
		} else {
			same = false // deleted, or not listed yet
		}
		if random.IntN(2) == 0 || len(ours) == 0 {
			ours = append(ours, recorded)
			proves[key] = same
		}
	}
	g := newFake(f.objects)
	g.limit = f.limit
	random.Shuffle(len(ours), func(i, j int) { ours[i], ours[j] = ours[j], ours[i] })
	return g, ours, proves
}

// drifted changes an entry or its recorded object. Not every change counts as a
// difference.
func drifted(random *rand.Rand, entry *Object) (recorded Object, same bool) {
	recorded = *entry
	switch random.IntN(9) {
	case 0:
		entry.ETag = "other"
	case 1:
		entry.Size++
	case 2:
		entry.StorageClass = "ARCHIVE"
	case 3:
		entry.LastModified = entry.LastModified.Add(time.Second)
	case 4:
		entry.LastModified = entry.LastModified.Add(-time.Second)
	case 5:
		recorded.ETag = ""
	case 6:
		recorded.LastModified = time.Time{}
	case 7:
		entry.LastModified = now.Add(-time.Second)
		recorded = *entry
	case 8:
		entry.LastModified = entry.LastModified.Add(900 * time.Millisecond) // HEAD reports whole seconds
		return recorded, true
	}
	return recorded, false
}

func TestObjectIs(t *testing.T) {
	t.Parallel()
	entry := object("a")
	if !entry.Is(entry, now) {
		t.Error("an object is not itself")
	}
	for made, want := range map[time.Time]bool{
		entry.LastModified.Add(2 * time.Second):         true,
		entry.LastModified.Add(1999 * time.Millisecond): false,
		entry.LastModified.Add(-time.Hour):              false,
		{}:                                              false,
		entry.LastModified.In(time.FixedZone("", 3600)).Add(time.Hour): true,
	} {
		if got := entry.Is(entry, made); got != want {
			t.Errorf("on a page of %v: %v", made, got)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	objects := []Object{object("a/1"), object("a/5")}
	for name, tc := range map[string]struct {
		page page
		want string // of a/0 a/1 a/3 a/5 a/7 b
	}{
		"a page within":        {page{Page{Objects: objects, Truncated: true}, Query{Prefix: "a/", Marker: "a/0"}}, "-111--"},
		"the first page":       {page{Page{Objects: objects, Truncated: true}, Query{}}, "1111--"},
		"the last of a folder": {page{Page{Objects: objects}, Query{Prefix: "a/", Marker: "a/0"}}, "-1111-"},
		"the last":             {page{Page{Objects: objects}, Query{Marker: "a/0"}}, "-11111"},
		"an empty one":         {page{Page{}, Query{Prefix: "a/"}}, "11111-"},
		"one that failed":      {page{Page{Truncated: true}, Query{}}, "------"},
	} {
		got := ""
		for _, key := range []string{"a/0", "a/1", "a/3", "a/5", "a/7", "b"} {
			if tc.page.covers(key) {
				got += "1"
			} else {
				got += "-"
			}
		}
		if got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestFolderAndBefore(t *testing.T) {
	t.Parallel()
	for _, tc := range [][3]string{
		{"a/b/c", "a/b/d", "a/b/"}, {"a/b", "a/bc", "a/"}, {"a", "b", ""}, {"a/", "a/", "a/"}, {"", "a/", ""}, {"a//b", "a/c", "a/"},
	} {
		if got := folder(tc[0], tc[1]); got != tc[2] {
			t.Errorf("folder(%q, %q) = %q", tc[0], tc[1], got)
		}
	}
	for key, want := range map[string]string{"a12": "a1", "a": "", "é": "", "aé": "a"} {
		if got := before(key); got != want {
			t.Errorf("before(%q) = %q", key, got)
		}
	}
}

// Entry needs no request, until this process writes the object.
func TestEntry(t *testing.T) {
	t.Parallel()
	f := newFake(numbered("%02d", 20))
	c := New(f)
	if _, ok := c.Entry("r", "b", "07"); ok {
		t.Error("known before anything was asked")
	}
	refresh(c, f.objects, 5)
	before := f.pages()
	if o, ok := c.Entry("r", "b", "07"); !ok || o != f.objects[7] {
		t.Errorf("got %v, %v", o, ok)
	}
	if _, ok := c.Entry("r", "b", "nothing"); ok {
		t.Error("an object that is not there")
	}
	c.Forget("r", "b", "07")
	if _, ok := c.Entry("r", "b", "07"); ok || c.Unchanged(t.Context(), "r", "b", f.objects[7]) {
		t.Error("it was written since")
	}
	if f.pages() != before {
		t.Error("a page was asked for")
	}
	c = nil
	c.Forget("r", "b", "a")
	if _, ok := c.Entry("r", "b", "a"); ok || c.Unchanged(t.Context(), "r", "b", f.objects[7]) {
		t.Error("no cache knows something")
	}
}

// If an object is written while a page is being requested, the page may predate
// the write.
func TestForgetDuringPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testForgetDuringPage)
}

func testForgetDuringPage(t *testing.T) {
	f := newFake(numbered("%02d", 20))
	f.hold = make(chan struct{})
	c := New(f)
	refresh(c, f.objects[:alone], 1)
	proved := make(chan bool)
	go func() { proved <- c.Unchanged(t.Context(), "r", "b", f.objects[7]) }()
	synctest.Wait() // until the page is requested
	if f.pages() == 0 {
		t.Fatal("no page was asked for")
	}
	c.Forget("r", "b", f.objects[7].Key)
	close(f.hold)
	if <-proved {
		t.Error("proved by a page from before the write")
	}
	if fmt.Sprint(refresh(c, f.objects[8:], 3)) != "[]" {
		t.Error("the others are forgotten too")
	}
}
