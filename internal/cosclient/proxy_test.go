package cosclient

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// The error for a proxy that does not connect contains its status but no other
// text that it sends.
func TestProxiesThatDoNotConnect(t *testing.T) {
	t.Parallel()
	const canary = "canary-of-a-proxy"
	for name, tc := range map[string]struct{ answer, says string }{
		"it wants a password": {"HTTP/1.1 407 " + canary + "\r\nContent-Length: 0\r\n\r\n", "it answers CONNECT with 407 Proxy Authentication Required"},
		"an unknown status":   {"HTTP/1.1 599 " + canary + "\r\n\r\n", "it answers CONNECT with 599"},
		"no HTTP":             {canary + "\r\n\r\n", "its answer to CONNECT is not one of a proxy"},
		"a malformed header":  {"HTTP/1.1 200 OK\r\n" + canary + "\r\n\r\n", "its answer to CONNECT is not one of a proxy"},
		"nothing":             {"", "it closes the connection instead of answering CONNECT"},
		"connected, no TLS":   {"HTTP/1.1 200 OK\r\n\r\n" + canary, "the connection "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					_, _ = conn.Read(make([]byte, 4096))
					_, _ = io.WriteString(conn, tc.answer)
					if strings.Contains(tc.answer, "200 OK\r\n\r\n") {
						_, _ = conn.Read(make([]byte, 4096))
					}
					_ = conn.Close()
				}
			}()
			c, err := New(Config{Credentials: credentials.Static{Value: testCredentials}, RequestTimeout: 10 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			transport := newTransport(nil)
			transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: l.Addr().String(), User: url.UserPassword("u", canary)})
			c.transport, c.proxy = transport, transport.Proxy
			_, err = c.Head(t.Context(), testObject, HeadInput{})
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v", err)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), canary) {
					t.Errorf("%v", e)
				}
			}
		})
	}
}
