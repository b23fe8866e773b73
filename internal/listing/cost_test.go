package listing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func shuffled(objects []Object) []Object {
	objects = slices.Clone(objects)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	return objects
}

// The number of requests of a refresh of unchanged objects depends on how they
// are distributed.
func TestCost(t *testing.T) {
	t.Parallel()
	scattered := func(n, among int) (ours, all []Object) {
		all = numbered("%07d", among)
		for i := range n {
			ours = append(ours, all[i*(among/n)])
		}
		return ours, all
	}
	rare, huge := scattered(1000, 40_000)
	some, large := scattered(1000, 20_000)
	for name, tc := range map[string]struct {
		ours, others []Object
		most         int // limit of requests
	}{
		"one":                       {numbered("%d", 1), nil, 1},
		"three":                     {numbered("%d", 3), nil, 3},
		"ten":                       {numbered("%d", 10), nil, 4},
		"a hundred":                 {numbered("%03d", 100), nil, 4},
		"a thousand":                {numbered("%04d", 1000), nil, 5},
		"a thousand in a folder":    {numbered("deep/in/a/folder/%d.json", 1000), numbered("deep/in/b/%d", 20_000), 5},
		"ten thousand":              {numbered("o/%05d", 10_000), nil, 30},
		"thirty thousand":           {numbered("o/%d", 30_000), nil, 150},
		"a thousand folders":        {numbered("%d/object", 1000), nil, 6},
		"a few hundred folders":     {numbered("%d/x", 5000), numbered("%d/x", 0), 25},
		"behind many foreign ones":  {numbered("z%04d", 1000), numbered("a%07d", 40_000), 25},
		"between many foreign ones": {numbered("m/%04d", 1000), slices.Concat(numbered("a%06d", 20_000), numbered("m/z%06d", 20_000)), 25},
		"one in twenty":             {some, large, 600},
		"one in forty":              {rare, huge, 1004},
		"two heaps":                 {slices.Concat(numbered("a/%03d", 500), numbered("z/%03d", 500)), numbered("m/%06d", 20_000), 30},
	} {
		for order, ours := range map[string][]Object{"in order": tc.ours, "shuffled": shuffled(tc.ours)} {
			t.Run(name+", "+order, func(t *testing.T) {
				t.Parallel()
				f := newFake(tc.ours, tc.others)
				if len(tc.others) > len(tc.ours) && name != "behind many foreign ones" && f.objects[0].Key == f.objects[1].Key {
					f = newFake(tc.others) // includes those to refresh
				}
				asked := refresh(New(f), ours, 10)
				requests := len(asked) + f.pages()
				t.Logf("%d objects: %d requests of their own, %d pages", len(ours), len(asked), f.pages())
				if requests > tc.most {
					t.Errorf("%d requests, want at most %d", requests, tc.most)
				}
				if f.most > 1 {
					t.Errorf("%d pages at a time", f.most)
				}
			})
		}
	}
}

// Paging soon stops if pages prove nothing.
func TestPagesThatBringNothing(t *testing.T) {
	t.Parallel()
	ours := numbered("%05d", 5000)
	for name, change := range map[string]func(*fake){
		"refused":              func(f *fake) { f.err = errRefused },
		"all changed":          func(f *fake) { f.objects = changed(f.objects, func(o *Object) { o.ETag = "other" }) },
		"all in another class": func(f *fake) { f.objects = changed(f.objects, func(o *Object) { o.StorageClass = "ARCHIVE" }) },
		"all of this second":   func(f *fake) { f.objects = changed(f.objects, func(o *Object) { o.LastModified = now }) },
		"without a date":       func(f *fake) { f.mangle = func(p *Page) { p.Made = time.Time{} } },
		"out of order":         func(f *fake) { f.mangle = func(p *Page) { slices.Reverse(p.Objects) } },
		"empty and truncated":  func(f *fake) { f.mangle = func(p *Page) { *p = Page{Truncated: true, Made: now} } },
		"the same page again": func(f *fake) {
			first := Page{Objects: ours[:10], Truncated: true, Made: now}
			f.mangle = func(p *Page) { *p = first }
		},
		"one entry a page": func(f *fake) { f.limit = 1 },
		"nothing":          func(f *fake) { f.objects = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(ours)
			change(f)
			asked := refresh(New(f), shuffled(ours), 10)
			if got, most := len(asked)+f.pages(), len(ours)+ahead; got > most {
				t.Errorf("%d requests, want at most %d", got, most)
			}
			if f.pages() > trial+len(ours)/worth {
				t.Errorf("%d pages", f.pages())
			}
			if name == "refused" && f.pages() != 1 {
				t.Errorf("a refused listing was asked %d times", f.pages())
			}
		})
	}
}

func changed(objects []Object, change func(*Object)) []Object {
	objects = slices.Clone(objects)
	for i := range objects {
		change(&objects[i])
	}
	return objects
}

// While a page is being requested, callers wait for it, but no longer than their
// context allows and never forever.
func TestWaiting(t *testing.T) {
	t.Parallel()
	t.Run("for one page", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ours := numbered("%03d", 100)
			f := newFake(ours)
			f.hold = make(chan struct{})
			c := New(f)
			refresh(c, ours[:alone], 1)
			proved := make(chan bool)
			for _, o := range ours[alone:] {
				go func() { proved <- c.Unchanged(t.Context(), "r", "b", o) }()
			}
			synctest.Wait()
			close(f.hold)
			for range ours[alone:] {
				if !<-proved {
					t.Error("not proved")
				}
			}
			if f.pages() != 1 {
				t.Errorf("%d pages", f.pages())
			}
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ours := numbered("%03d", 100)
			f := newFake(ours)
			f.hold = make(chan struct{})
			c := New(f)
			refresh(c, ours[:alone], 1)
			ctx, cancel := context.WithCancel(t.Context())
			leaver, stayer := make(chan bool), make(chan bool)
			go func() { leaver <- c.Unchanged(ctx, "r", "b", ours[50]) }()
			synctest.Wait()
			go func() { stayer <- c.Unchanged(t.Context(), "r", "b", ours[51]) }()
			synctest.Wait()
			cancel()
			if <-leaver {
				t.Error("who left was answered")
			}
			close(f.hold)
			if !<-stayer {
				t.Error("who stayed lost the page")
			}
		})
	})
	t.Run("in vain", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ours := numbered("%03d", 100)
			f := newFake(ours)
			f.hold = make(chan struct{})
			f.mangle = func(p *Page) { *p = Page{Truncated: true} }
			c := New(f)
			refresh(c, ours[:alone], 1)
			start := time.Now()
			if c.Unchanged(t.Context(), "r", "b", ours[50]) {
				t.Error("proved by nothing")
			}
			if d := time.Since(start); d != patience {
				t.Errorf("it took %v", d)
			}
			if c.Unchanged(t.Context(), "r", "b", ours[51]); f.pages() != 1 {
				t.Errorf("%d pages", f.pages())
			}
		})
	})
}

// Buckets share nothing except the cache.
func TestBucketsApart(t *testing.T) {
	t.Parallel()
	f := newFake(numbered("%03d", 100))
	c := New(f)
	refresh(c, f.objects, 10)
	for _, at := range [][2]string{{"r", "other"}, {"other", "b"}} {
		if c.Unchanged(t.Context(), at[0], at[1], f.objects[7]) {
			t.Errorf("%v: answered from another bucket", at)
		}
	}
	if !c.Unchanged(t.Context(), "r", "b", f.objects[7]) {
		t.Error("the page is forgotten")
	}
	for _, q := range f.queries {
		if fmt.Sprint(q.Region, q.Bucket) != "rb" {
			t.Errorf("asked for %v", q)
		}
	}
}

// An object that is checked twice, by the fast path and then by the framework,
// counts once and gets the same answer.
func TestAskedTwice(t *testing.T) {
	t.Parallel()
	f := newFake(numbered("%03d", 10))
	c := New(f)
	for _, o := range f.objects[:alone] {
		for range 5 {
			if c.Unchanged(t.Context(), "r", "b", o) {
				t.Errorf("%s: proved without a page", o.Key)
			}
		}
	}
	if f.pages() != 0 {
		t.Errorf("%d objects cost %d pages", alone, f.pages())
	}
	if !c.Unchanged(t.Context(), "r", "b", f.objects[alone]) || f.pages() != 1 {
		t.Errorf("the next object is not proved by the first page (%d pages)", f.pages())
	}
}
