package cosmock_test

import (
	"encoding/xml"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestVersioning(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	put := func(body string) string {
		a := r.do("PUT", "/k", body)
		a.want(t, 200, "")
		return a.header.Get("X-Cos-Version-Id")
	}
	if id := put("unversioned"); id != "" {
		t.Errorf("id without versioning is %q", id)
	}
	r.do("PUT", "/?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>").want(t, 200, "")
	first, second := put("first"), put("second")
	if first == "" || first == second {
		t.Errorf("ids are %q and %q", first, second)
	}
	for query, want := range map[string]string{"": "second", "?versionId=" + first: "first", "?VERSIONID=null": "unversioned"} {
		if a := r.do("GET", "/k"+query, ""); a.body != want || a.header.Get("X-Cos-Version-Id") == "" {
			t.Errorf("GET %s is %q", query, a.body)
		}
	}
	deleted := r.do("DELETE", "/k", "")
	deleted.want(t, 204, "")
	marker := deleted.header.Get("X-Cos-Version-Id")
	if deleted.header.Get("X-Cos-Delete-Marker") != "true" || marker == "" {
		t.Errorf("%v", deleted.header)
	}
	a := r.do("GET", "/k", "")
	a.want(t, 404, "NoSuchKey")
	if a.header.Get("X-Cos-Delete-Marker") != "" || a.header.Get("X-Cos-Version-Id") != "" {
		t.Errorf("the latest is a marker: %v", a.header)
	}
	for _, method := range []string{"GET", "HEAD"} {
		a := r.do(method, "/k?versionId="+marker, "")
		if a.status != 404 || a.header.Get("X-Cos-Delete-Marker") != "true" {
			t.Errorf("%s of the marker: %d %v", method, a.status, a.header)
		}
	}
	s.Configure(func(u *cosmock.Undocumented) { u.DeleteMarkerTold = true })
	if a := r.do("HEAD", "/k", ""); a.header.Get("X-Cos-Delete-Marker") != "true" || a.header.Get("X-Cos-Version-Id") != marker {
		t.Errorf("where it is told: %v", a.header)
	}
	s.Configure(func(u *cosmock.Undocumented) { u.DeleteMarkerTold = false })
	r.do("GET", "/k?versionId="+marker, "").want(t, 404, "NoSuchKey")
	r.do("GET", "/k?versionId=test", "").want(t, 404, "NoSuchVersion")
	if p := list(t, r, ""); len(p.Keys) != 0 {
		t.Errorf("listed: %q", p.Keys)
	}
	if diff := cmp.Diff([]string{marker, second, first, "null"}, versions(t, r, "")); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	undeleted := r.do("DELETE", "/k?VersionId="+marker, "")
	if undeleted.header.Get("X-Cos-Delete-Marker") != "true" || undeleted.header.Get("X-Cos-Version-Id") != marker {
		t.Errorf("%v", undeleted.header)
	}
	if a := r.do("GET", "/k", ""); a.body != "second" {
		t.Errorf("undeleted is %q", a.body)
	}
	if a := r.do("DELETE", "/k?versionId="+first, ""); a.status != 204 || a.header.Get("X-Cos-Delete-Marker") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
	if diff := cmp.Diff([]string{second, "null"}, versions(t, r, "")); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

func TestSuspendedVersioning(t *testing.T) {
	for name, told := range map[string]bool{"PUT does not tell null": false, "PUT tells null": true} {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{SuspendedVersionID: told}})
			r := newRaw(t, s)
			for _, state := range []string{cosmock.VersioningEnabled, cosmock.VersioningSuspended} {
				if err := s.SetVersioning(s.Bucket(), state); err != nil {
					t.Fatal(err)
				}
				a := r.do("PUT", "/k", state)
				a.want(t, 200, "")
				if id := a.header.Get("X-Cos-Version-Id"); (state == cosmock.VersioningEnabled) != (id != "" && id != "null") || (id == "null") != (told && state == cosmock.VersioningSuspended) {
					t.Errorf("%s: id is %q", state, id)
				}
			}
			r.do("PUT", "/k", "again").want(t, 200, "")
			if got := versions(t, r, ""); len(got) != 2 || got[0] != "null" {
				t.Errorf("versions are %q", got)
			}
			a := r.do("DELETE", "/k", "")
			if a.header.Get("X-Cos-Version-Id") != "null" || a.header.Get("X-Cos-Delete-Marker") != "true" {
				t.Errorf("%v", a.header)
			}
			id := initiate(t, r, "/m")
			part := putPart(t, r, "/m", id, 1, "x")
			if got := r.do("POST", "/m?uploadId="+id, completion(1, part)).header.Get("X-Cos-Version-Id"); got != "null" {
				t.Errorf("id of a multipart upload is %q", got)
			}
		})
	}
}

func TestListVersionsByPages(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a", "b", "b", "b", "c"} {
		r.do("PUT", "/"+key, "x").want(t, 200, "")
	}
	all := versions(t, r, "")
	var paged []string
	query := "&max-keys=2"
	for range 5 {
		var result versionsPage
		a := r.do("GET", "/?versions"+query, "")
		if err := xml.Unmarshal([]byte(a.body), &result); err != nil {
			t.Fatal(err)
		}
		paged = append(paged, result.ids()...)
		if !result.IsTruncated {
			break
		}
		query = "&max-keys=2&key-marker=" + result.NextKeyMarker + "&version-id-marker=" + url.QueryEscape(result.NextVersionIdMarker)
	}
	if diff := cmp.Diff(all, paged); diff != "" || len(all) != 5 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type versionsPage struct {
	Entries []struct {
		XMLName   xml.Name
		VersionId string
		Key       string
	} `xml:",any"`
	IsTruncated                        bool
	NextKeyMarker, NextVersionIdMarker string
}

func (p versionsPage) ids() []string {
	var ids []string
	for _, e := range p.Entries {
		if e.XMLName.Local == "Version" || e.XMLName.Local == "DeleteMarker" {
			ids = append(ids, e.VersionId)
		}
	}
	return ids
}

func versions(t *testing.T, r *raw, query string) []string {
	t.Helper()
	var result versionsPage
	a := r.do("GET", "/?versions"+query, "")
	a.want(t, 200, "")
	if err := xml.Unmarshal([]byte(a.body), &result); err != nil {
		t.Fatal(err)
	}
	return result.ids()
}
