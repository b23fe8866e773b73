package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestAnswerRefusal(t *testing.T) {
	t.Parallel()

	const document = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
	tests := map[string]struct {
		answer answer
		want   string
		err    string
	}{
		"forbidden":        {answer: answer{status: 403, body: []byte(document)}, want: "403 AccessDenied"},
		"bad request":      {answer: answer{status: 400, body: []byte(document)}, want: "400 AccessDenied"},
		"without document": {answer: answer{status: 403}, want: "403"},
		"the object":       {answer: answer{status: 200, body: []byte("plaintext")}, err: "status 200"},
		"absent":           {answer: answer{status: 404, body: []byte(document)}, err: "status 404"},
		"a broken server":  {answer: answer{status: 500}, err: "status 500"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := test.answer.refusal()
			if got != test.want {
				t.Errorf("refusal %q, want %q", got, test.want)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

func TestAnswerEncryption(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		header map[string]string
		want   string
	}{
		"none":    {want: "none"},
		"SSE-COS": {header: map[string]string{sse.HeaderMode: "AES256"}, want: "SSE-COS, AES256"},
		"SSE-KMS": {header: map[string]string{sse.HeaderMode: "cos/kms", sse.HeaderKMSKeyID: "k"}, want: "SSE-KMS, key k"},
		"SSE-C":   {header: map[string]string{sse.HeaderCustomerKeyMD5: "m"}, want: "SSE-C, key MD5 m"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a := answer{header: http.Header{}}
			for name, value := range test.header {
				a.header.Set(name, value)
			}
			if got := a.encryption(); got != test.want {
				t.Errorf("encryption %q, want %q", got, test.want)
			}
		})
	}
}

func TestNewReaderWantsACertificate(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "ca.pem")
	if _, err := newReader("https://127.0.0.1", path); err == nil {
		t.Error("no error without the file")
	}
	if err := os.WriteFile(path, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newReader("https://127.0.0.1", path); err == nil {
		t.Error("no error with a file that holds none")
	}
}
