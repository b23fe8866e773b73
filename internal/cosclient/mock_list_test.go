package cosclient_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	s, c := start(t, func(o *cosmock.Options) { o.Limits.ListMaxKeys = 2 })
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	loc := at(s, "a b")
	first, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content("one")})
	if err != nil || first.VersionID == "" {
		t.Fatal(first, err)
	}
	second, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content("two!")})
	if err != nil {
		t.Fatal(err)
	}
	third, err := c.Copy(t.Context(), loc, cosclient.CopyInput{Source: loc, SourceVersionID: first.VersionID, ReplaceMetadata: true})
	if err != nil || third.VersionID == "" || third.VersionID == second.VersionID {
		t.Fatal(third, err)
	}
	if err := c.PutTags(t.Context(), loc, second.VersionID, map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	if tags, err := c.Tags(t.Context(), loc, second.VersionID); err != nil || tags["k"] != "v" {
		t.Errorf("tags %v, %v", tags, err)
	}
	if info, err := c.Head(t.Context(), loc, cosclient.HeadInput{VersionID: second.VersionID}); err != nil || info.Length != 4 || info.VersionID != second.VersionID {
		t.Errorf("%+v, %v", info, err)
	}
	marker, err := c.Delete(t.Context(), loc, cosclient.DeleteInput{})
	if err != nil || !marker.DeleteMarker || marker.VersionID == "" {
		t.Fatal(marker, err)
	}
	if _, err := c.Head(t.Context(), loc, cosclient.HeadInput{}); !errors.Is(err, cosclient.ErrNotFound) {
		t.Errorf("behind a marker: %v", err)
	}
	var all []cosclient.Version
	for key, version, pages := "", "", 0; ; pages++ {
		page, nextKey, nextVersion, truncated, err := c.ListVersions(t.Context(), loc.Region, loc.Bucket, "a b", key, version)
		if err != nil || pages > 3 {
			t.Fatal(err, pages)
		}
		all = append(all, page...)
		if !truncated {
			break
		}
		key, version = nextKey, nextVersion
	}
	want := []cosclient.Version{
		{Key: "a b", VersionID: marker.VersionID, IsLatest: true, DeleteMarker: true},
		{Key: "a b", VersionID: third.VersionID, ETag: third.ETag, StorageClass: "STANDARD", Size: 3},
		{Key: "a b", VersionID: second.VersionID, ETag: second.ETag, StorageClass: "STANDARD", Size: 4},
		{Key: "a b", VersionID: first.VersionID, ETag: first.ETag, StorageClass: "STANDARD", Size: 3},
	}
	for i := range all {
		all[i].LastModified = time.Time{}
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}
	for _, v := range all {
		if _, err := c.Delete(t.Context(), loc, cosclient.DeleteInput{VersionID: v.VersionID}); err != nil {
			t.Error(err)
		}
	}
	left, _, _, _, err := c.ListVersions(t.Context(), loc.Region, loc.Bucket, "", "", "")
	if err != nil || len(left) != 0 {
		t.Errorf("left %+v, %v", left, err)
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	for name, plain := range map[string]bool{"plus encoded": false, "plus as it is": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testListing(t, plain)
		})
	}
}

// testListing lists keys of all kinds, including a "+", which COS may or may not
// encode.
func testListing(t *testing.T, plain bool) {
	t.Helper()
	s, c := start(t, func(o *cosmock.Options) { o.Undocumented.PlusInListings = plain })
	var want []string
	for i := range 25 {
		key := fmt.Sprintf("p/%02d ü+%%", i)
		want = append(want, key)
		if err := s.PutObject(s.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("x"), Class: "STANDARD_IA"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutObject(s.Bucket(), "q+r s/1", cosmock.NewObject{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	in := cosclient.ListInput{Prefix: "p/", MaxKeys: 10}
	pages := 0
	for {
		page, err := c.List(t.Context(), s.Region(), s.Bucket(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			got = append(got, e.Key)
			info, err := c.Head(t.Context(), at(s, e.Key), cosclient.HeadInput{})
			if err != nil || info.ETag != e.ETag || info.Length != e.Size || info.StorageClass != e.StorageClass || !info.LastModified.Equal(e.LastModified.Truncate(time.Second)) {
				t.Errorf("listed %+v, but it is %+v, %v", e, info, err)
			}
		}
		if pages++; !page.Truncated {
			break
		}
		in.Marker = page.NextMarker
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 3 {
		t.Errorf("%d pages: %s", pages, diff)
	}
	page, err := c.List(t.Context(), s.Region(), s.Bucket(), cosclient.ListInput{Delimiter: "/"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"p/", "q+r s/"}, page.CommonPrefixes); diff != "" || len(page.Entries) != 0 {
		t.Error(diff, page.Entries)
	}
}
