package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestRefusal(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		answer rawcos.Answer
		want   string
		err    string
	}{
		"forbidden":        {answer: rawcos.Answer{Status: 403, Code: "AccessDenied"}, want: "403 AccessDenied"},
		"bad request":      {answer: rawcos.Answer{Status: 400, Code: "AccessDenied"}, want: "400 AccessDenied"},
		"without document": {answer: rawcos.Answer{Status: 403}, want: "403"},
		"the object":       {answer: rawcos.Answer{Status: 200, Body: []byte("plaintext")}, err: "status 200"},
		"absent":           {answer: rawcos.Answer{Status: 404, Code: "NoSuchKey"}, err: "status 404"},
		"a broken server":  {answer: rawcos.Answer{Status: 500}, err: "status 500"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := refusal(test.answer)
			if got != test.want {
				t.Errorf("refusal %q, want %q", got, test.want)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

func TestEncryption(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		header map[string]string
		want   string
	}{
		"none":    {want: "no encryption"},
		"SSE-COS": {header: map[string]string{sse.HeaderMode: "AES256"}, want: "SSE-COS, AES256"},
		"SSE-KMS": {header: map[string]string{sse.HeaderMode: "cos/kms", sse.HeaderKMSKeyID: "k"}, want: "SSE-KMS, key k"},
		"SSE-C":   {header: map[string]string{sse.HeaderCustomerAlgorithm: "AES256", sse.HeaderCustomerKeyMD5: "m"}, want: "SSE-C, key MD5 m"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a := rawcos.Answer{Header: http.Header{}}
			for name, value := range test.header {
				a.Header.Set(name, value)
			}
			if got := encryption(a); got != test.want {
				t.Errorf("encryption %q, want %q", got, test.want)
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
