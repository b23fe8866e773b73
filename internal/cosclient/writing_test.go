package cosclient

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Config.Writing is called for each write to an object and for nothing else.
func TestWriting(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		call func(*testing.T, *Client)
		want []Location
	}{
		"head": {func(t *testing.T, c *Client) { _, _ = c.Head(t.Context(), testObject, HeadInput{}) }, nil},
		"list": {func(t *testing.T, c *Client) {
			_, _ = c.List(t.Context(), testObject.Region, testObject.Bucket, ListInput{})
		}, nil},
		"tags":   {func(t *testing.T, c *Client) { _, _ = c.Tags(t.Context(), testObject, "") }, nil},
		"delete": {func(t *testing.T, c *Client) { _, _ = c.Delete(t.Context(), testObject, DeleteInput{}) }, []Location{testObject}},
		"put": {func(t *testing.T, c *Client) {
			_, _ = c.Put(t.Context(), testObject, PutInput{Body: bytesBody([]byte(strings.Repeat("a", 5)))})
		}, []Location{testObject}},
		"copy": {func(t *testing.T, c *Client) { _, _ = c.Copy(t.Context(), testObject, CopyInput{Source: testObject}) }, []Location{testObject}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, status(500, ""))
			c := s.client(t)
			c.maxRetries = 0
			var got []Location
			c.writing = func(loc Location) { got = append(got, loc) }
			tc.call(t, c)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("heard of (-want +got):\n%s", diff)
			}
		})
	}
}
