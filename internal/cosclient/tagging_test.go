package cosclient

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTags(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		want    map[string]string
		is      error
	}{
		"two":       {status(200, `<Tagging><TagSet><Tag><Key>a</Key><Value>1 &amp; 2</Value></Tag><Tag><Key>b</Key><Value/></Tag></TagSet></Tagging>`), map[string]string{"a": "1 & 2", "b": ""}, nil},
		"empty set": {status(200, `<Tagging><TagSet/></Tagging>`), map[string]string{}, nil},
		"no set":    {refusing(404, "NoSuchTagSet"), map[string]string{}, nil},
		"no key":    {refusing(404, "NoSuchKey"), nil, ErrNotFound},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			got, err := s.client(t).Tags(t.Context(), testObject, "V1")
			if !errors.Is(err, tc.is) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if r := s.seen()[0]; r.URI != "/dir/a%20b.txt?tagging&versionId=V1" {
				t.Error(r.URI)
			}
		})
	}
}

func TestPutTags(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""), status(204, ""))
	c := s.client(t)
	if err := c.PutTags(t.Context(), testObject, "", map[string]string{"b": "2", "a": "<&>"}); err != nil {
		t.Fatal(err)
	}
	if err := c.PutTags(t.Context(), testObject, "V1", nil); err != nil {
		t.Fatal(err)
	}
	put, del := s.seen()[0], s.seen()[1]
	const body = `<Tagging><TagSet><Tag><Key>a</Key><Value>&lt;&amp;&gt;</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag></TagSet></Tagging>`
	if put.Method != http.MethodPut || put.URI != "/dir/a%20b.txt?tagging" || put.Body != body || len(put.Header.Get("Content-Md5")) != 24 {
		t.Errorf("%s %s: %s", put.Method, put.URI, put.Body)
	}
	if del.Method != http.MethodDelete || del.URI != "/dir/a%20b.txt?tagging&versionId=V1" || del.Body != "" {
		t.Errorf("%s %s: %s", del.Method, del.URI, del.Body)
	}
}
