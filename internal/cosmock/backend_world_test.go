package cosmock_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// tagHost is the API that the backend uses for locks: creating a tag of the
// account succeeds only once.
const tagHost = "tag.tencentcloudapi.com"

// tagService implements as much of that API as the backend uses. It does not
// verify signatures, since it is test support and not part of the mock.
type tagService struct {
	*httptest.Server
	pem []byte // its certificate

	mu    sync.Mutex
	tags  map[accountTag]bool
	calls int
}

type accountTag struct{ TagKey, TagValue string }

func newTagService(t *testing.T) *tagService {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{tagHost}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := &tagService{
		pem:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		tags: map[accountTag]bool{},
	}
	s.Server = httptest.NewUnstartedServer(s)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP implements http.Handler.
func (s *tagService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var tag accountTag
	_ = json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&tag)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	response := map[string]any{"RequestId": "1"}
	refuse := func(code string) {
		response["Error"] = map[string]string{"Code": code, "Message": "refused by the test"}
	}
	switch action := r.Header.Get("X-TC-Action"); {
	case action == "CreateTag" && s.tags[tag]:
		refuse("ResourceInUse.TagDuplicate")
	case action == "CreateTag":
		s.tags[tag] = true
	case action == "DeleteTag" && !s.tags[tag]:
		refuse("ResourceNotFound.TagNonExist")
	case action == "DeleteTag":
		delete(s.tags, tag)
	case action == "DescribeTags":
		found := []accountTag{}
		if s.tags[tag] {
			found = append(found, tag)
		}
		response["Tags"] = found
	default:
		refuse("InvalidAction")
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"Response": response})
}

// held returns the number of tags and of calls.
func (s *tagService) held() (tags, calls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tags), s.calls
}

// proxy is an HTTPS proxy that connects some hosts to servers on loopback and
// refuses all others.
type proxy struct {
	*httptest.Server
	to map[string]string // host: address

	mu      sync.Mutex
	refused []string
}

func newProxy(t *testing.T, to map[string]string) *proxy {
	t.Helper()
	p := &proxy{to: to}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// ServeHTTP implements http.Handler.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.Host)
	address := p.to[host]
	if r.Method != http.MethodConnect || address == "" {
		p.mu.Lock()
		p.refused = append(p.refused, r.Method+" "+r.Host)
		p.mu.Unlock()
		http.Error(w, "not here", http.StatusBadGateway)
		return
	}
	server, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer server.Close()
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer client.Close()
	if _, err := io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	go func() {
		defer server.Close()
		_, _ = io.Copy(server, buffered)
	}()
	_, _ = io.Copy(client, server)
}

// elsewhere returns the refused requests.
func (p *proxy) elsewhere() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.refused...)
}

func hostPort(url string) string { return strings.TrimPrefix(url, "https://") }
