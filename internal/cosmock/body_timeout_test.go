package cosmock_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// announce sends the header of a request to the plain listener, but no body.
func announce(t *testing.T, r *raw, method, target, header string) (net.Conn, *http.Request) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.server.HTTPURL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.host+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n%s\r\n\r\n",
		method, target, r.host, r.authorization(req, req.URL.Query(), r.window(time.Hour)), header)
	return conn, req
}

// A client that announces a body and sends little or nothing of it gets a
// response, and the connection is closed. Some real clients do this after an
// error.
func TestBodiesThatDoNotCome(t *testing.T) {
	const length = "Content-Length: 10"
	tests := map[string]struct {
		method, target, header string
		sends                  string
		drips                  bool
		status                 int
		code                   string
	}{
		"nothing":             {"PUT", "/k", length, "", false, 400, "RequestTimeout"},
		"half":                {"PUT", "/k", length, "hello", false, 400, "RequestTimeout"},
		"more than the least": {"PUT", "/k", "Content-Length: 10000", strings.Repeat("x", 5000), false, 400, "RequestTimeout"},
		"no end of chunks":    {"PUT", "/k", "Transfer-Encoding: chunked", "5\r\nhello\r\n", false, 400, "RequestTimeout"},
		"byte by byte":        {"PUT", "/k", "Content-Length: 100000000", "", true, 400, "RequestTimeout"},
		"an XML body":         {"PUT", "/k?tagging", "Content-Length: 100", "<Tagging>", false, 400, "RequestTimeout"},
		"of a refused write":  {"PUT", "/k", length + "\r\nx-cos-storage-class: NONE", "", false, 400, "NotSupportedStorageClass"},
		"of what is unknown":  {"PUT", "/?cors", length, "", false, 405, "MethodNotAllowed"},
		"of a GET":            {"GET", "/k", length, "", false, 200, ""},
		"of a control path":   {"POST", "/_cosmock/faults", length, "", false, 400, ""},
		"of another":          {"DELETE", "/_cosmock/faults", length, "", false, 204, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{BodyTimeout: 50 * time.Millisecond})
			r := newRaw(t, s)
			if err := s.PutObject(s.Bucket(), "k", cosmock.NewObject{Body: strings.NewReader("before")}); err != nil {
				t.Fatal(err)
			}
			conn, req := announce(t, r, tc.method, tc.target, tc.header)
			if _, err := io.WriteString(conn, tc.sends); err != nil {
				t.Fatal(err)
			}
			answered, dripped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(dripped)
				for tc.drips {
					select {
					case <-answered:
						return
					case <-time.After(time.Millisecond):
						if _, err := io.WriteString(conn, "x"); err != nil {
							return
						}
					}
				}
			}()
			res, err := http.ReadResponse(bufio.NewReader(conn), req)
			close(answered)
			<-dripped
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var body bytes.Buffer
			_, _ = body.ReadFrom(res.Body)
			if got := (answer{body: body.String()}).code(); res.StatusCode != tc.status || got != tc.code {
				t.Errorf("%d %s", res.StatusCode, body.String())
			}
			if !res.Close {
				t.Error("the connection stays open, though a body may still come on it")
			}
			if o, _ := s.Object(s.Bucket(), "k"); o.Size != 6 {
				t.Errorf("stored are %d bytes", o.Size)
			}
		})
	}
	if _, err := cosmock.Start(cosmock.Options{BodyTimeout: -1}); err == nil {
		t.Error("a negative limit is accepted")
	}
}
