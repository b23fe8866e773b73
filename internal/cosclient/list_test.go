package cosclient

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestList(t *testing.T) {
	t.Parallel()
	modified := time.Date(2020, 12, 10, 3, 37, 30, 0, time.UTC)
	tests := map[string]struct {
		body string
		want Page
	}{
		"encoded": {
			`<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextMarker>a%2Fz%20%2B</NextMarker>
<Contents><Key>a%2Fb%20c%2B%25.txt</Key><LastModified>2020-12-10T03:37:30.000Z</LastModified><ETag>&quot;e1&quot;</ETag><Size>5368709121</Size><Owner><ID>1</ID></Owner><StorageClass>STANDARD_IA</StorageClass></Contents>
<Contents><Key>%E8%85%BE</Key><LastModified>2020-12-10T03:37:30.000Z</LastModified><ETag>"e2-3"</ETag><Size>0</Size><StorageClass>STANDARD</StorageClass></Contents>
<CommonPrefixes><Prefix>p%2F</Prefix></CommonPrefixes></ListBucketResult>`,
			Page{
				Entries: []Entry{
					{Key: "a/b c+%.txt", ETag: "e1", StorageClass: "STANDARD_IA", Size: 5368709121, LastModified: modified},
					{Key: "腾", ETag: "e2-3", StorageClass: "STANDARD", LastModified: modified},
				},
				CommonPrefixes: []string{"p/"}, NextMarker: "a/z +", Truncated: true,
			},
		},
		"a plus that is left as it is": {
			`<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextMarker>a+b%20c/</NextMarker>
<Contents><Key>a+b%20%2B</Key><ETag>e</ETag></Contents><CommonPrefixes><Prefix>a+b%20c/</Prefix></CommonPrefixes></ListBucketResult>`,
			Page{Entries: []Entry{{Key: "a+b +", ETag: "e"}}, CommonPrefixes: []string{"a+b c/"}, NextMarker: "a+b c/", Truncated: true},
		},
		"as it is": {
			`<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a%2Fb+c</Key><ETag>e</ETag></Contents></ListBucketResult>`,
			Page{Entries: []Entry{{Key: "a%2Fb+c", ETag: "e"}}},
		},
		"no marker": {
			`<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>b</Key></Contents><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes></ListBucketResult>`,
			Page{Entries: []Entry{{Key: "b"}}, CommonPrefixes: []string{"c/"}, NextMarker: "c/", Truncated: true},
		},
		"nothing": {`<ListBucketResult/>`, Page{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(200, tc.body))
			got, err := s.client(t).List(t.Context(), testObject.Region, testObject.Bucket, ListInput{Prefix: "a/ü", Marker: "m+n", Delimiter: "/", MaxKeys: 7})
			if err != nil {
				t.Fatal(err)
			}
			if got.Date.IsZero() {
				t.Error("the page has no date")
			}
			got.Date = time.Time{}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if r := s.seen()[0]; r.URI != "/?prefix=a%2F%C3%BC&marker=m%2Bn&delimiter=%2F&max-keys=7&encoding-type=url" {
				t.Error(r.URI)
			}
		})
	}
}

func TestListFails(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler string
		code    int
		is      error
	}{
		"denied":    {"<Error><Code>AccessDenied</Code></Error>", 403, ErrForbidden},
		"no bucket": {"<Error><Code>NoSuchBucket</Code></Error>", 404, ErrNoSuchBucket},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(tc.code, tc.handler))
			_, err := s.client(t).List(t.Context(), testObject.Region, testObject.Bucket, ListInput{})
			var refused *Error
			if !errors.Is(err, tc.is) || !errors.As(err, &refused) || refused.Action() != "name/cos:GetBucket" {
				t.Errorf("error %v", err)
			}
		})
	}
	s := newServer(t, status(200, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"))
	if _, err := s.client(t).List(t.Context(), testObject.Region, testObject.Bucket, ListInput{}); err == nil {
		t.Error("a page without an end and without a marker would be asked for for ever")
	}
	if _, err := s.client(t).List(t.Context(), "", "x", ListInput{}); !errors.Is(err, ErrInvalidLocation) {
		t.Errorf("error %v", err)
	}
}

func TestListVersions(t *testing.T) {
	t.Parallel()
	modified := time.Date(2020, 12, 10, 3, 37, 30, 0, time.UTC)
	s := newServer(t, status(200, `<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Prefix>a</Prefix>
<DeleteMarker><Key>a%20b+</Key><VersionId>V3</VersionId><IsLatest>true</IsLatest><LastModified>2020-12-10T03:37:30.000Z</LastModified></DeleteMarker>
<Version><Key>a%20b</Key><VersionId>V2</VersionId><IsLatest>false</IsLatest><LastModified>2020-12-10T03:37:30.000Z</LastModified><ETag>"e"</ETag><Size>5</Size><StorageClass>ARCHIVE</StorageClass></Version>
<NextKeyMarker>a%20b+%2B</NextKeyMarker><NextVersionIdMarker>V2</NextVersionIdMarker></ListVersionsResult>`))
	got, nextKey, nextVersion, truncated, err := s.client(t).ListVersions(t.Context(), testObject.Region, testObject.Bucket, "a b", "a", "V9")
	if err != nil {
		t.Fatal(err)
	}
	want := []Version{
		{Key: "a b+", VersionID: "V3", LastModified: modified, IsLatest: true, DeleteMarker: true},
		{Key: "a b", VersionID: "V2", ETag: "e", StorageClass: "ARCHIVE", Size: 5, LastModified: modified},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if nextKey != "a b++" || nextVersion != "V2" || !truncated {
		t.Errorf("next %q, %q, %t", nextKey, nextVersion, truncated)
	}
	if r := s.seen()[0]; r.URI != "/?versions&prefix=a%20b&key-marker=a&version-id-marker=V9&encoding-type=url" {
		t.Error(r.URI)
	}
}

// Listing versions stops with an error if a page would be followed by the same
// page.
func TestListVersionsThatDoNotAdvance(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, `<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>V9</NextVersionIdMarker></ListVersionsResult>`))
	for _, marker := range []string{"k", "l"} {
		if _, _, _, _, err := s.client(t).ListVersions(t.Context(), testObject.Region, testObject.Bucket, "", marker, "V9"); !errors.Is(err, ErrNoProgress) {
			t.Errorf("after %s: %v", marker, err)
		}
	}
	if _, _, _, _, err := s.client(t).ListVersions(t.Context(), testObject.Region, testObject.Bucket, "", "k", "V8"); err != nil {
		t.Errorf("another version of the key is progress: %v", err)
	}
}
