package cosmock_test

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// raw sends hand-made requests, including those that no SDK sends.
type raw struct {
	t      *testing.T
	server *cosmock.Server
	client *http.Client
	host   string
	plain  bool // use plain HTTP

	secretID, secretKey, token string
	clock                      func() time.Time
}

func newRaw(t *testing.T, s *cosmock.Server) *raw {
	t.Helper()
	transport := s.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	return &raw{
		t: t, server: s, client: &http.Client{Transport: transport},
		host:     s.Bucket() + ".cos." + s.Region() + ".myqcloud.com",
		secretID: s.SecretID(), secretKey: s.SecretKey(), clock: time.Now,
	}
}

// answer is a response of the server with its body.
type answer struct {
	status int
	header http.Header
	body   string
	err    error // of the connection
}

func (a answer) code() string {
	var e struct{ Code string }
	_ = xml.Unmarshal([]byte(a.body), &e)
	return e.Code
}

// request returns an unsigned request. target is the raw path and query.
func (r *raw) request(method, target string, body io.Reader, header ...string) *http.Request {
	r.t.Helper()
	scheme := "https"
	if r.plain {
		scheme = "http"
	}
	req, err := http.NewRequestWithContext(context.Background(), method, scheme+"://"+r.host+target, body)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	return req
}

// do signs a request and sends it.
func (r *raw) do(method, target, body string, header ...string) answer {
	r.t.Helper()
	req := r.request(method, target, strings.NewReader(body), header...)
	r.sign(req)
	return r.send(req)
}

func (r *raw) send(req *http.Request) answer {
	r.t.Helper()
	res, err := r.client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(data), err}
}

// sign is written from the page "Request Signature", independently of the
// server's implementation. It signs all headers and parameters.
func (r *raw) sign(req *http.Request) {
	if r.token != "" {
		req.Header.Set("x-cos-security-token", r.token)
	}
	req.Header.Set("Authorization", r.authorization(req, req.URL.Query(), r.window(time.Hour)))
}

func (r *raw) window(d time.Duration) string {
	now := r.clock().Unix()
	return fmt.Sprintf("%d;%d", now, now+int64(d.Seconds()))
}

func (r *raw) authorization(req *http.Request, query url.Values, window string) string {
	join := func(values map[string][]string) (names, pairs string) {
		encode := func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), "*", "%2A")
		}
		var list, all []string
		for name := range values {
			list = append(list, strings.ToLower(encode(name)))
		}
		sort.Strings(list)
		for _, lower := range list {
			for name, v := range values {
				if strings.ToLower(encode(name)) == lower {
					all = append(all, lower+"="+encode(v[0]))
				}
			}
		}
		return strings.Join(list, ";"), strings.Join(all, "&")
	}
	headers := map[string][]string{"host": {req.URL.Host}}
	if req.Host != "" {
		headers["host"] = []string{req.Host}
	}
	for name, values := range req.Header {
		if name != "Authorization" {
			headers[name] = values
		}
	}
	headerList, headerPairs := join(headers)
	paramList, paramPairs := join(query)
	mac := func(key, message string) string {
		h := hmac.New(sha1.New, []byte(key))
		h.Write([]byte(message))
		return hex.EncodeToString(h.Sum(nil))
	}
	text := strings.ToLower(req.Method) + "\n" + req.URL.Path + "\n" + paramPairs + "\n" + headerPairs + "\n"
	sum := sha1.Sum([]byte(text))
	signature := mac(mac(r.secretKey, window), "sha1\n"+window+"\n"+hex.EncodeToString(sum[:])+"\n")
	return "q-sign-algorithm=sha1&q-ak=" + r.secretID + "&q-sign-time=" + window + "&q-key-time=" + window +
		"&q-header-list=" + headerList + "&q-url-param-list=" + paramList + "&q-signature=" + signature
}

// want fails the test if the response has another status or error code.
func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.err != nil {
		t.Fatalf("no answer: %v", a.err)
	}
	if a.status != status || a.code() != code {
		t.Errorf("answer is %d %s, want %d %s\n%s", a.status, a.code(), status, code, a.body)
	}
}

// deleteMany sends DELETE Multiple Objects with the required Content-MD5.
func (r *raw) deleteMany(body string) answer {
	r.t.Helper()
	sum := md5.Sum([]byte(body))
	return r.do("POST", "/?delete", body, "Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
}

// triple returns the SSE-C headers of a key for do.
func triple(key string) []string {
	algorithm, text, sum := keyHeaders(key)
	return []string{
		"x-cos-server-side-encryption-customer-algorithm", algorithm,
		"x-cos-server-side-encryption-customer-key", text,
		"x-cos-server-side-encryption-customer-key-MD5", sum,
	}
}

func sourceTriple(key string) []string {
	headers := triple(key)
	for i := 0; i < len(headers); i += 2 {
		headers[i] = strings.Replace(headers[i], "x-cos-", "x-cos-copy-source-", 1)
	}
	return headers
}
