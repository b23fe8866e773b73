package credentials_test

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// jwt contains no word that occurs in a message.
const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmVk"

// roles returns the calls to STS with all possible secrets.
func roles() map[string]credentials.Config {
	return map[string]credentials.Config{
		"a role": {SecretID: "AKIDstatic", SecretKey: secretKey, SecurityToken: "canary-security-token", Role: &credentials.Role{
			ARN: keyRole, SessionName: "s", ExternalID: "canary-external-id", SerialNumber: "n", TokenCode: "523886",
		}},
		"an MFA session":   {SecretID: "AKIDstatic", SecretKey: secretKey, MFA: &credentials.MFA{SerialNumber: device, TokenCode: "523886"}},
		"a SAML assertion": {SAML: &credentials.SAML{ARN: samlRole, SessionName: "s", PrincipalARN: principal, Assertion: saml}},
		"a web identity":   {WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", Token: jwt}},
	}
}

// secretsSent returns the secrets of a request.
func secretsSent(r *http.Request, body string) []string {
	_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	found := []string{}
	if signature != "" {
		found = append(found, secretKey)
	}
	for _, s := range []string{signature, r.Header.Get("X-TC-Token")} {
		if s != "" {
			found = append(found, s)
		}
	}
	for _, s := range []string{"canary-external-id", "523886", jwt, saml} {
		if strings.Contains(body, s) {
			found = append(found, s)
		}
	}
	return found
}

// A redirect would send the secrets of the request to another host, possibly in
// plain text.
func TestRedirectsOfSTSAreNotFollowed(t *testing.T) {
	t.Parallel()
	for name, cfg := range roles() {
		for _, status := range []int{300, 301, 302, 303, 307, 308} {
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				t.Parallel()
				var asked, elsewhere atomic.Int32
				other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
				t.Cleanup(other.Close)
				s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					asked.Add(1)
					w.Header().Set("Location", other.URL+"/canary")
					w.WriteHeader(status)
				}))
				t.Cleanup(s.Close)
				cfg := cfg // each call uses its own copy
				cfg.STSEndpoint, cfg.RootCAs = s.URL, trusting(s)
				_, err := retrieve(t, cfg)
				if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("status %d, a redirect, which is not followed", status)) || strings.Contains(err.Error(), "canary") {
					t.Errorf("%v", err)
				}
				if asked.Load() != 1 || elsewhere.Load() != 0 {
					t.Errorf("%d requests, and %d to the other place", asked.Load(), elsewhere.Load())
				}
			})
		}
	}
}

func trusting(s *httptest.Server) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return roots
}

func retrieve(t *testing.T, cfg credentials.Config) (credentials.Value, error) {
	t.Helper()
	source, err := credentials.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return credentials.WithoutPauses(source).Retrieve(t.Context())
}

// STS is verified with the configured certificates and no others.
func TestCertificatesOfSTS(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"Response":{"Credentials":{"TmpSecretId":"AKIDtemporary","TmpSecretKey":"k","Token":"t"}}}`)
	}))
	t.Cleanup(s.Close)
	cfg := roles()["a role"]
	cfg.STSEndpoint = s.URL
	if _, err := retrieve(t, cfg); err == nil || !strings.Contains(err.Error(), "the connection is not secure") {
		t.Errorf("without the certificate: %v", err)
	}
	cfg.RootCAs = trusting(s)
	if v, err := retrieve(t, cfg); err != nil || v.SecretID != "AKIDtemporary" {
		t.Errorf("with it: %v", err)
	}
}

// No matter what STS and the metadata service answer, no error shows a secret of
// the request, a credential in the response, or a terminal escape sequence.
func TestHostileAnswersOfServices(t *testing.T) {
	t.Parallel()
	refusal := func(code, message, id string) string {
		text, _ := json.Marshal(map[string]any{"Response": map[string]any{"Error": map[string]string{"Code": code, "Message": message}, "RequestId": id}})
		return string(text)
	}
	ok := func(body string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	given := func(id, key, token, method string) string {
		credentials := map[string]any{"TmpSecretId": id, "TmpSecretKey": key, "Token": token}
		answer := map[string]any{"Response": map[string]any{"Credentials": credentials}}
		if method == http.MethodGet { // the metadata service
			answer = credentials
			answer["Code"] = "Success"
		}
		text, _ := json.Marshal(answer)
		return string(text)
	}
	answers := map[string]func(secret, method string) string{
		"status line": func(s, _ string) string { return "HTTP/1.1 " + s + "\r\n\r\n" },
		"no HTTP":     func(s, _ string) string { return s + "\r\n\r\n" },
		"credentials alone": func(_, method string) string {
			return given("i", "canary-temporary-key", "canary-temporary-token", method)
		},
		"line":              func(s, _ string) string { return "HTTP/1.1 200 OK\r\n" + s + "\r\n\r\n" },
		"length":            func(s, _ string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + s + "\r\n\r\n" },
		"transfer encoding": func(s, _ string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + s + "\r\n\r\n" },
		"chunk":             func(s, _ string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + s + "\r\n" },
		"reason":            func(s, _ string) string { return "HTTP/1.1 403 " + s + "\r\nContent-Length: 0\r\n\r\n" },
		"body of an error": func(s, _ string) string {
			return fmt.Sprintf("HTTP/1.1 400 Bad\r\nContent-Length: %d\r\n\r\n%s", len(s), s)
		},
		"content type": func(s, _ string) string {
			return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-TC-RequestId: " + s + "\r\nContent-Length: 0\r\n\r\n"
		},
		"no JSON":            func(s, _ string) string { return ok("<html>" + s) },
		"code":               func(s, _ string) string { return ok(refusal(s, "m", "r")) },
		"code of the client": func(s, _ string) string { return ok(refusal("ClientError."+s, s, "r")) },
		"message":            func(s, _ string) string { return ok(refusal("C", "m "+s+" "+url.QueryEscape(s), "r")) },
		"request id":         func(s, _ string) string { return ok(refusal("C", "m", s)) },
		"terminal":           func(_, _ string) string { return ok(refusal("C\x1b[31m", "m\x1b]0;\a\u009b31m", "r\x1b[2J")) },
		"code of the role":   func(s, _ string) string { return ok(`{"Code":"\u001b[31m"}`) },
		"id of a key":        func(s, method string) string { return ok(given("AKID"+s, "k", "t", method)) },
		"a key in two lines": func(_, method string) string { return ok(given("i", "canary\nkey", "t", method)) },
		"an id that writes":  func(_, method string) string { return ok(given("i\x1b[31m", "k", "t", method)) },
	}
	configs := roles()
	configs["an instance"] = credentials.Config{CAMRoleName: "instance"}
	for name, cfg := range configs {
		for place, answer := range answers {
			t.Run(name+", "+place, func(t *testing.T) {
				t.Parallel()
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = l.Close() })
				sent := make(chan []string, 10)
				go func() {
					for number := 0; ; number++ {
						conn, err := l.Accept()
						if err != nil {
							return
						}
						req, err := http.ReadRequest(bufio.NewReader(conn))
						if err == nil {
							body, _ := io.ReadAll(req.Body)
							secrets := secretsSent(req, string(body))
							sent <- secrets
							if len(secrets) == 0 {
								secrets = []string{"canary-of-the-metadata"}
							}
							_, _ = io.WriteString(conn, answer(secrets[number%len(secrets)], req.Method))
						}
						_ = conn.Close()
					}
				}()
				cfg := cfg // each call uses its own copy
				cfg.STSEndpoint, cfg.MetadataEndpoint = "http://"+l.Addr().String(), "http://"+l.Addr().String()
				for range 3 {
					v, err := retrieve(t, cfg)
					if err == nil {
						if place == "id of a key" && name == "an instance" { // the request has no such secret
							continue
						}
						t.Fatalf("no error, and the key %q", v.SecretID)
					}
					for len(sent) > 0 {
						for _, secret := range <-sent {
							for i := 0; i+min(8, len(secret)) <= len(secret); i++ {
								if part := secret[i : i+min(8, len(secret))]; strings.Contains(err.Error(), part) {
									t.Fatalf("it shows %q: %v", part, err)
								}
							}
						}
					}
					if strings.Contains(err.Error(), "canary") || strings.ContainsAny(err.Error(), "\x1b\a\n") {
						t.Errorf("%q", err)
					}
				}
			})
		}
	}
}
