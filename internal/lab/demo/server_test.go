package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestGreeting(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		line string
		err  string
	}{
		"as agreed":           {line: `{"https":"https://127.0.0.1:1","http":"http://127.0.0.1:2","ca_file":"/ca.pem"}` + "\n"},
		"nothing":             {line: "", err: "does not greet: EOF"},
		"something else":      {line: "listening on port 1\n", err: "does not greet"},
		"without an address":  {line: `{"ca_file":"/ca.pem"}`, err: "no address"},
		"without certificate": {line: `{"https":"https://127.0.0.1:1"}`, err: "no certificate"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := readGreeting(strings.NewReader(test.line))
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("error %v, want %q", err, test.err)
			}
			if err == nil && (got.HTTPS != "https://127.0.0.1:1" || got.CAFile != "/ca.pem") {
				t.Errorf("understood %+v", got)
			}
		})
	}
}

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
