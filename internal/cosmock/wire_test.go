package cosmock_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// exchange writes bytes to the plain listener and reads one response.
func exchange(t *testing.T, r *raw, head, body string, closeAfter bool) answer {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.server.HTTPURL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + "\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	authorization := r.authorization(&http.Request{Method: req.Method, URL: req.URL, Host: req.Host, Header: http.Header{}}, nil, r.window(3600e9))
	fmt.Fprintf(conn, "%s\r\nAuthorization: %s\r\n\r\n%s", head, authorization, body)
	if closeAfter {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	var data bytes.Buffer
	_, err = data.ReadFrom(res.Body)
	return answer{res.StatusCode, res.Header, data.String(), err}
}

func TestLengthOfBodies(t *testing.T) {
	tests := map[string]struct {
		header, body string
		status       int
		code         string
		stored       string
	}{
		"right length":       {"Content-Length: 4", "body", 200, "", "body"},
		"longer than it is":  {"Content-Length: 9", "body", 400, "IncompleteBody", ""},
		"shorter than it is": {"Content-Length: 2", "body", 200, "", "bo"},
		"chunked":            {"Transfer-Encoding: chunked", "4\r\nbody\r\n0\r\n\r\n", 200, "", "body"},
		"broken chunks":      {"Transfer-Encoding: chunked", "4\r\nbo", 400, "IncompleteBody", ""},
		"neither":            {"X-Nothing: 1", "", 411, "MissingContentLength", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			exchange(t, r, "PUT /k HTTP/1.1\r\nHost: "+r.host+"\r\n"+test.header, test.body, true).want(t, test.status, test.code)
			o, ok := s.Object(s.Bucket(), "k")
			if ok != (test.status == 200) || ok && int(o.Size) != len(test.stored) {
				t.Errorf("stored: %v, %d bytes", ok, o.Size)
			}
		})
	}
}

// TestExpectContinue checks that a client that waits for 100 Continue does not
// send its body in vain.
func TestExpectContinue(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	head := "PUT /k HTTP/1.1\r\nHost: " + r.host + "\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"
	exchange(t, r, head+"x-cos-storage-class: GLACIER", "", false).want(t, 400, "NotSupportedStorageClass")
	arm(t, s, cosmock.Fault{Kind: cosmock.FaultSlowDown})
	exchange(t, r, head+"x-cos-storage-class: STANDARD", "", false).want(t, 503, "SlowDown")
	if a := exchange(t, r, head+"x-cos-storage-class: STANDARD", "", false); a.status != 100 {
		t.Errorf("a good request is answered %d, not asked for its body", a.status)
	}
	for _, request := range s.Requests()[:2] {
		if request.BodyBytes != 0 {
			t.Errorf("%+v", request)
		}
	}
}

func TestPresignedUploads(t *testing.T) {
	tests := map[string]struct {
		headers []string
		options cosmock.Undocumented
		status  int
		code    string
	}{
		"plain":                        {nil, cosmock.Undocumented{}, 200, ""},
		"SSE-COS":                      {[]string{hMode, "AES256"}, cosmock.Undocumented{}, 400, "SSEHeaderNotAllowed"},
		"SSE-COS where it is accepted": {[]string{hMode, "AES256"}, cosmock.Undocumented{PresignedSSECOS: true}, 200, ""},
		"SSE-KMS":                      {[]string{hMode, "cos/kms"}, cosmock.Undocumented{}, 200, ""},
		"SSE-C":                        {triple(keyText), cosmock.Undocumented{}, 200, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{Undocumented: test.options})
			r := newRaw(t, s)
			req := r.request("PUT", "/k", strings.NewReader("x"), test.headers...)
			req.URL.RawQuery = strings.ReplaceAll(r.authorization(req, nil, r.window(3600e9)), ";", "%3B")
			r.send(req).want(t, test.status, test.code)
		})
	}
}
