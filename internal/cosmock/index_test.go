package cosmock

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWalkLooksAtNoMoreThanItShows checks that the cost of a page does not depend
// on the size of the bucket.
func TestWalkLooksAtNoMoreThanItShows(t *testing.T) {
	var i index
	for n := range 20000 {
		i.entries = append(i.entries, entry{key: fmt.Sprintf("%02d/%05d", n/400, n)})
	}
	tests := map[string]struct {
		from, prefix, delimiter string
		stop                    int // number of visits
		want                    []string
	}{
		"from the middle":      {from: "25/10000", stop: 2, want: []string{"25/10000", "25/10001"}},
		"a prefix":             {prefix: "49/1999", stop: 99, want: []string{"49/19990", "49/19991", "49/19992", "49/19993", "49/19994", "49/19995", "49/19996", "49/19997", "49/19998", "49/19999"}},
		"groups":               {from: "48/19300", delimiter: "/", stop: 99, want: []string{"48/", "49/"}},
		"groups of a prefix":   {prefix: "4", from: "48/", delimiter: "/", stop: 99, want: []string{"48/", "49/"}},
		"nothing":              {prefix: "5", stop: 99},
		"one group and enough": {delimiter: "/", stop: 1, want: []string{"00/"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			i.walk(test.from, test.prefix, test.delimiter, func(e entry, group string) bool {
				if group == "" {
					group = e.key
				}
				got = append(got, group)
				return len(got) < test.stop
			})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestIndexStaysSorted(t *testing.T) {
	var i index
	v := []*version{{}}
	keys := []string{"b", "a", "a/b", "ü", "a b", "\xff", "B", ""}
	for _, key := range keys {
		i.set(key, v)
	}
	i.set("b", nil)
	i.set("not there", nil)
	var got []string
	for _, e := range i.entries {
		got = append(got, e.key)
	}
	if !slices.IsSorted(got) || len(got) != len(keys)-1 || i.get("b") != nil || i.get("a b") == nil {
		t.Errorf("%q", got)
	}
	if at := i.after("\xff"); at != len(got) {
		t.Errorf("after the last prefix is %d of %d", at, len(got))
	}
}
