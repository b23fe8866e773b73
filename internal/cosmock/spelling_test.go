package cosmock_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// headerLines sends a signed request over its own connection, and returns the raw
// header lines of the response.
func (r *raw) headerLines(method, target, body string, header ...string) []string {
	r.t.Helper()
	req := r.request(method, target, strings.NewReader(body), header...)
	r.sign(req)
	conn, err := tls.Dial("tcp", strings.TrimPrefix(r.server.URL(), "https://"), &tls.Config{RootCAs: r.server.CertPool(), ServerName: r.host})
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	return headerLinesOf(r.t, conn, func() error { return req.Write(conn) })
}

func headerLinesOf(t *testing.T, conn net.Conn, send func() error) []string {
	t.Helper()
	if err := send(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for scanner := bufio.NewScanner(conn); scanner.Scan() && scanner.Text() != ""; {
		lines = append(lines, scanner.Text())
	}
	return lines
}

// Header names are case-insensitive, but the Python SDK looks them up in a
// case-sensitive map, so the server sends COS's spelling.
func TestSpellingOfHeaders(t *testing.T) {
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	r := newRaw(t, s)
	want := func(lines []string, names ...string) {
		t.Helper()
		var got []string
		for _, line := range lines[1:] {
			name, _, _ := strings.Cut(line, ":")
			got = append(got, name)
			if strings.HasPrefix(name, "X-Cos-") || name == "Etag" {
				t.Errorf("%s: a header is spelled %s", lines[0], name)
			}
		}
		for _, name := range names {
			if !slices.Contains(got, name) {
				t.Errorf("%s has no %s, but %q", lines[0], name, got)
			}
		}
	}
	const crc = "x-cos-hash-crc64ecma"
	lines := r.headerLines("PUT", "/k", "body", append(triple(keyText), "x-cos-meta-Team", "a", "x-cos-tagging", "a=b")...)
	want(lines, "ETag", crc, "x-cos-request-id", "x-cos-server-side-encryption-customer-algorithm", "x-cos-server-side-encryption-customer-key-MD5")
	lines = r.headerLines("HEAD", "/k", "", triple(keyText)...)
	want(lines, "ETag", crc, "x-cos-meta-team", "x-cos-tagging-count", "Content-Type", "Content-Length", "Last-Modified", "Server")
	lines = r.headerLines("GET", "/none", "")
	want(lines, "x-cos-trace-id", "x-cos-request-id", "Content-Type")
	lines = r.headerLines("PUT", "/kms", "body", hMode, "cos/kms", hKMSID, "kms-1")
	want(lines, "x-cos-server-side-encryption", "x-cos-server-side-encryption-cos-kms-key-id")
	lines = r.headerLines("GET", "/kms", "", "If-None-Match", "*")
	want(lines, "ETag", crc)
	lines = r.headerLines("HEAD", "/", "")
	want(lines, "x-cos-bucket-region")
	if err := s.Arm(cosmock.Fault{Match: cosmock.On("PUT", "cut"), Kind: cosmock.FaultTruncate}); err != nil {
		t.Fatal(err)
	}
	want(r.headerLines("PUT", "/cut", "body"))
}
