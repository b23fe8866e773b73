package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestSummary(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		calls []cosmock.Request
		want  string
	}{
		"none": {want: "no request"},
		"some": {
			calls: []cosmock.Request{{Method: "HEAD"}, {Method: "PUT", BodyBytes: 30}, {Method: "HEAD"}, {Method: "PUT", BodyBytes: 5}, {Method: "DELETE"}},
			want:  "the server saw 2 HEAD, 2 PUT, 1 DELETE; 35 bytes were uploaded",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, summary(test.calls)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
