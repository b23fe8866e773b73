package cosclient

import (
	"fmt"
	"io"
	"net/http"
	"testing"
)

func TestGetRange(t *testing.T) {
	t.Parallel()
	const body = "[Object Content]"
	part := func(first, last int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/16", first, last))
			status(206, body[first:last+1], "ETag", exampleETag)(w, r)
		}
	}
	tests := map[string]struct {
		handler        http.HandlerFunc
		offset, length int64
		header, want   string
		fails          bool
	}{
		"all":                    {status(200, body), 0, -1, "", body, false},
		"the beginning":          {part(0, 3), 0, 4, "bytes=0-3", "[Obj", false},
		"the middle":             {part(8, 14), 8, 7, "bytes=8-14", "Content", false},
		"the end":                {part(8, 15), 8, -1, "bytes=8-", "Content]", false},
		"the beginning, ignored": {status(200, body), 0, 4, "bytes=0-3", "[Obj", false},
		"the middle, ignored":    {status(200, body), 8, 4, "bytes=8-11", "", true},
		"another range":          {part(0, 3), 8, 4, "bytes=8-11", "", true},
		"past the end":           {refusing(416, "InvalidRange"), 16, 1, "bytes=16-16", "", true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			r, info, err := s.client(t, func(cfg *Config) { cfg.MaxRetries = 0 }).GetRange(t.Context(), testObject, HeadInput{}, tc.offset, tc.length)
			if (err != nil) != tc.fails {
				t.Fatalf("error %v", err)
			}
			if got := s.seen()[0].Header.Get("Range"); got != tc.header {
				t.Errorf("Range %q", got)
			}
			if tc.fails {
				return
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != tc.want || info.Length != 16 {
				t.Errorf("read %q of %d, %v", got, info.Length, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
