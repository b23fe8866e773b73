package cosmock_test

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// page is a page of a listing.
type page struct {
	Keys       []string
	Prefixes   []string
	Truncated  bool
	NextMarker string
}

func list(t *testing.T, r *raw, query string) page {
	t.Helper()
	a := r.do("GET", "/?"+query, "")
	a.want(t, 200, "")
	var result struct {
		Contents []struct {
			Key, LastModified, ETag, StorageClass string
			Size                                  int64
		}
		CommonPrefixes []struct{ Prefix string }
		IsTruncated    bool
		NextMarker     string
	}
	if err := xml.Unmarshal([]byte(a.body), &result); err != nil {
		t.Fatal(err)
	}
	p := page{Truncated: result.IsTruncated, NextMarker: result.NextMarker}
	milliseconds := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
	for _, c := range result.Contents {
		p.Keys = append(p.Keys, c.Key)
		if !milliseconds.MatchString(c.LastModified) {
			t.Errorf("LastModified is %s", c.LastModified)
		}
	}
	for _, c := range result.CommonPrefixes {
		p.Prefixes = append(p.Prefixes, c.Prefix)
	}
	return p
}

func TestListObjects(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{ListMaxKeys: 4}})
	r := newRaw(t, s)
	for _, key := range []string{"a", "b/1", "b/2", "b/c/3", "d/1", "e f+g", "ü"} {
		if err := s.PutObject(s.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		query string
		want  page
	}{
		"all, cut at the limit": {"", page{Keys: []string{"a", "b/1", "b/2", "b/c/3"}, Truncated: true, NextMarker: "b/c/3"}},
		"the rest":              {"marker=b%2Fc%2F3", page{Keys: []string{"d/1", "e f+g", "ü"}}},
		"more than the limit":   {"max-keys=99&marker=b%2Fc%2F3", page{Keys: []string{"d/1", "e f+g", "ü"}}},
		"a few":                 {"max-keys=1", page{Keys: []string{"a"}, Truncated: true, NextMarker: "a"}},
		"none":                  {"max-keys=0", page{}},
		"exactly the limit":     {"max-keys=3&marker=b%2Fc%2F3", page{Keys: []string{"d/1", "e f+g", "ü"}}},
		"prefix":                {"prefix=b%2F", page{Keys: []string{"b/1", "b/2", "b/c/3"}}},
		"delimiter":             {"delimiter=%2F", page{Keys: []string{"a", "e f+g"}, Prefixes: []string{"b/", "d/"}, Truncated: true, NextMarker: "e f+g"}},
		"delimiter and prefix":  {"delimiter=%2F&prefix=b%2F", page{Keys: []string{"b/1", "b/2"}, Prefixes: []string{"b/c/"}}},
		"after a common prefix": {"delimiter=%2F&marker=b%2F", page{Keys: []string{"e f+g", "ü"}, Prefixes: []string{"d/"}}},
		"ends at a prefix":      {"delimiter=%2F&max-keys=2", page{Keys: []string{"a"}, Prefixes: []string{"b/"}, Truncated: true, NextMarker: "b/"}},
		"URL-encoded":           {"encoding-type=url&marker=d%2F1", page{Keys: []string{"e%20f%2Bg", "%C3%BC"}}},
		"prefix of nothing":     {"prefix=z", page{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, list(t, r, test.query)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	r.do("GET", "/?max-keys=x", "").want(t, 400, "InvalidArgument")
	r.do("GET", "/?encoding-type=hex", "").want(t, 400, "InvalidArgument")
}

func TestListingLags(t *testing.T) {
	now := time.Now()
	s := start(t, cosmock.Options{ListingLag: time.Minute, Now: func() time.Time { return now }})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 200, "")
	if p := list(t, r, ""); len(p.Keys) != 0 {
		t.Errorf("at once: %q", p.Keys)
	}
	r.do("HEAD", "/k", "").want(t, 200, "")
	now = now.Add(time.Minute)
	if p := list(t, r, ""); len(p.Keys) != 1 {
		t.Errorf("a minute later: %q", p.Keys)
	}
	r.do("DELETE", "/k", "").want(t, 204, "")
	if p := list(t, r, ""); len(p.Keys) != 1 {
		t.Errorf("right after the deletion: %q", p.Keys)
	}
	now = now.Add(time.Minute)
	if p := list(t, r, ""); len(p.Keys) != 0 {
		t.Errorf("a minute after the deletion: %q", p.Keys)
	}
}

func TestFrozenListing(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/old", "x").want(t, 200, "")
	if err := s.FreezeListing(s.Bucket()); err != nil {
		t.Fatal(err)
	}
	r.do("PUT", "/new", "x").want(t, 200, "")
	r.do("DELETE", "/old", "").want(t, 204, "")
	if p := list(t, r, ""); !cmp.Equal(p.Keys, []string{"old"}) {
		t.Errorf("frozen: %q", p.Keys)
	}
	if err := s.ThawListing(s.Bucket()); err != nil {
		t.Fatal(err)
	}
	if p := list(t, r, ""); !cmp.Equal(p.Keys, []string{"new"}) {
		t.Errorf("thawed: %q", p.Keys)
	}
}

// TestListingByPages lists more objects than fit into a page.
func TestListingByPages(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	const objects = 2001
	for i := range objects {
		if err := s.PutObject(s.Bucket(), fmt.Sprintf("%02d/%05d", i%50, i), cosmock.NewObject{}); err != nil {
			t.Fatal(err)
		}
	}
	var pages []int
	for marker := ""; ; {
		p := list(t, r, "marker="+url.QueryEscape(marker))
		pages = append(pages, len(p.Keys))
		if marker = p.NextMarker; !p.Truncated {
			break
		}
	}
	if diff := cmp.Diff([]int{1000, 1000, 1}, pages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := list(t, r, "delimiter=%2F"); len(p.Prefixes) != 50 {
		t.Errorf("%d prefixes", len(p.Prefixes))
	}
}
