package cosclient

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// tamperBody is a body that no response may repeat.
const tamperBody = "written-only:Tr0ub4dor.and.three/more=words"

// public is a text that a server may send. It proves that the search works.
const public = "a-public-marker.of.this-test"

// liar is a server that writes the raw response of a cell of the matrix.
type liar struct {
	net.Listener
	mu     sync.Mutex
	answer func(filling string) (text string, last bool)
	secret string // name of the request's secret that is filled in
	filled string // its value in the last request; "" if the request has none
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &liar{Listener: l}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *liar) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.filled = secretsOf(req, body)[s.secret]
		text, last := s.answer(s.filled)
		s.mu.Unlock()
		if _, err := io.WriteString(conn, text); err != nil || last {
			return
		}
	}
}

// secretsOf returns the secrets of a request in some of their forms, by name.
func secretsOf(req *http.Request, body []byte) map[string]string {
	_, signature, _ := strings.Cut(req.Header.Get("Authorization"), "q-signature=")
	found := map[string]string{
		"public": public, "signature": signature, "token": testToken, "secret key": testSecretKey, "token in base64": base64.StdEncoding.EncodeToString([]byte(testToken)),
	}
	for name, header := range map[string]string{"key": sse.HeaderCustomerKey, "source key": sse.HeaderCopySourceCustomerKey} {
		if key := req.Header.Get(header); key != "" {
			raw, _ := base64.StdEncoding.DecodeString(key)
			found[name], found[name+", raw"], found[name+" in hex"], found[name+", escaped"] = key, string(raw), hex.EncodeToString(raw), url.QueryEscape(key)
			found["half of the "+name] = key[:22]
		}
	}
	if bytes.HasPrefix(body, []byte(tamperBody)) {
		found["body"], found["the body's beginning"] = tamperBody, tamperBody[:16]
		found["body in base64"], found["body in hex"] = base64.StdEncoding.EncodeToString(body), hex.EncodeToString(body[:24])
	}
	return found
}

// tampered lists the names that secretsOf uses.
var tampered = []string{
	"signature", "token", "secret key", "token in base64", "key", "key, raw", "key in hex", "key, escaped", "half of the key",
	"source key", "source key, raw", "source key in hex", "source key, escaped", "half of the source key",
	"body", "the body's beginning", "body in base64", "body in hex",
}

func (s *liar) client(t *testing.T) *Client {
	t.Helper()
	endpoint, err := ParseEndpoint("https://" + s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{
		Endpoint:       endpoint,
		Credentials:    credentials.Static{Value: credentials.Value{SecretID: testSecretID, SecretKey: testSecretKey, SecurityToken: testToken}},
		RequestTimeout: 20 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	// Without TLS, to avoid a handshake for each cell.
	transport := newTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	transport.DialTLSContext = transport.DialContext
	c.transport = transport
	return c
}

// say makes the server send a response that contains a secret of the request.
func (s *liar) say(secret string, answer func(filling string) (string, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret, s.answer, s.filled = secret, answer, ""
}

func (s *liar) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.filled
}
