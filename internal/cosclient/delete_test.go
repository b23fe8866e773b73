package cosclient

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

func TestDelete(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		want    Deleted
		is      error
	}{
		"gone":       {status(204, ""), Deleted{RequestID: "REQ-1"}, nil},
		"200":        {status(200, ""), Deleted{RequestID: "REQ-1"}, nil},
		"a marker":   {status(204, "", headerDeleteMarker, "true", headerVersionID, "V9"), Deleted{VersionID: "V9", DeleteMarker: true, RequestID: "REQ-1"}, nil},
		"no key":     {refusing(404, "NoSuchKey"), Deleted{RequestID: "REQ-1"}, nil},
		"no version": {refusing(404, "NoSuchVersion"), Deleted{RequestID: "REQ-1"}, nil},
		"no bucket":  {refusing(404, "NoSuchBucket"), Deleted{}, ErrNoSuchBucket},
		"locked":     {refusing(409, "ObjectLocked"), Deleted{}, ErrObjectLocked},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			got, err := s.client(t).Delete(t.Context(), testObject, DeleteInput{VersionID: "V1"})
			if !errors.Is(err, tc.is) || got != tc.want {
				t.Errorf("%+v, %v", got, err)
			}
			if r := s.seen()[0]; r.Method != http.MethodDelete || r.URI != "/dir/a%20b.txt?versionId=V1" {
				t.Errorf("%s %s", r.Method, r.URI)
			}
		})
	}
}

func TestADeletionWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]bool{"done": true, "not done": false} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, reset, status(204, ""))
			asked := 0
			_, err := s.client(t).Delete(t.Context(), testObject, DeleteInput{Landed: func(context.Context) (bool, error) { asked++; return gone, nil }})
			want := 2
			if gone {
				want = 1
			}
			if err != nil || asked != 1 || len(s.seen()) != want {
				t.Errorf("error %v, asked %d times, %d requests", err, asked, len(s.seen()))
			}
		})
	}
}
