package stsmock

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm = "TC3-HMAC-SHA256"
	maxBody   = 1 << 20
	maxSkew   = 5 * time.Minute
)

func readBody(r *http.Request) ([]byte, *apiError) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, &apiError{"InternalError", "the body breaks off"}
	}
	return body, nil
}

// verify checks the signature of a request and returns the key that made it.
// Source: API documentation, "Signature v3".
func (s *Server) verify(r *http.Request, body []byte) (Credential, *apiError) {
	fields := map[string]string{}
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), algorithm+" ")
	for _, field := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	id, scope, found := strings.Cut(fields["Credential"], "/")
	signed := strings.Split(fields["SignedHeaders"], ";")
	if !ok || !found || !slices.Contains(signed, "host") || !slices.Contains(signed, "content-type") {
		return Credential{}, &apiError{"AuthFailure.InvalidAuthorization", "the Authorization header is not one of " + algorithm}
	}
	stamp := r.Header.Get("X-TC-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	at := time.Unix(seconds, 0).UTC()
	if err != nil || time.Since(at).Abs() > maxSkew || scope != at.Format(time.DateOnly)+"/sts/tc3_request" {
		return Credential{}, &apiError{"AuthFailure.SignatureExpire", "the signature has expired"}
	}
	s.mu.Lock()
	key, known := s.keys[id]
	s.mu.Unlock()
	if !known {
		return Credential{}, &apiError{"AuthFailure.SecretIdNotFound", "the SecretId is not found"}
	}
	headers := map[string]string{"host": r.Host}
	for name := range r.Header {
		headers[strings.ToLower(name)] = r.Header.Get(name)
	}
	want := sign(key.SecretKey, r.Method, r.URL.RawQuery, headers, signed, body, stamp, scope)
	switch {
	case !hmac.Equal([]byte(want), []byte(fields["Signature"])):
		return Credential{}, &apiError{"AuthFailure.SignatureFailure", "the signature does not match"}
	case r.Header.Get("X-TC-Token") != key.Token, !key.Expires.IsZero() && !s.opts.Now().Before(key.Expires):
		return Credential{}, &apiError{"AuthFailure.TokenFailure", "the token is wrong"}
	}
	return key, nil
}

// sign returns a signature. The names in signed are in lower case and sorted.
func sign(secretKey, method, query string, headers map[string]string, signed []string, body []byte, stamp, scope string) string {
	var canonical strings.Builder
	fmt.Fprintf(&canonical, "%s\n/\n%s\n", method, query)
	for _, name := range signed {
		fmt.Fprintf(&canonical, "%s:%s\n", name, strings.ToLower(strings.TrimSpace(headers[name])))
	}
	fmt.Fprintf(&canonical, "\n%s\n%s", strings.Join(signed, ";"), hash(body))
	text := strings.Join([]string{algorithm, stamp, scope, hash([]byte(canonical.String()))}, "\n")
	secret := []byte("TC3" + secretKey)
	for _, part := range append(strings.Split(scope, "/"), text) {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(part))
		secret = mac.Sum(nil)
	}
	return hex.EncodeToString(secret)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
