// Package stsmock is a Security Token Service and an instance metadata service on
// loopback, for tests of credential sources. It is written from the API's
// documentation (signature TC3-HMAC-SHA256, AssumeRole,
// AssumeRoleWithWebIdentity) and CVM's (instance metadata), and shares no code
// with the provider. It is never linked into the provider.
package stsmock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Credential is a key pair. A temporary one has a Token.
type Credential struct {
	SecretID, SecretKey, Token string
	Expires                    time.Time
}

// Options configures a Server.
type Options struct {
	// Keys are the keys that may sign requests.
	Keys []Credential
	// Roles are the roles that can be assumed, by ARN.
	Roles map[string]Role
	// Devices are the codes that MFA devices show, one after the other, by serial
	// number.
	Devices map[string][]string
	// ReuseCodes accepts the code of a device more than once. STS's
	// documentation does not say; a verifier must not (RFC 6238, section 5.2).
	ReuseCodes bool
	// InstanceRoles are the names of the roles that are bound to the instance.
	InstanceRoles []string
	// MaxSession limits how long temporary credentials are valid. If it is 0,
	// they are valid for as long as requested.
	MaxSession time.Duration
	// Issued is called with all temporary credentials.
	Issued func(Credential)
	// Now is the clock for the end of sessions; default time.Now. Signatures are
	// always checked with the real clock.
	Now func() time.Time
}

// Role holds what a request must send to assume a role. Empty fields are not
// checked.
type Role struct {
	ExternalID         string
	SerialNumber, Code string
	WebIdentityToken   string // if set, a role for web identities of ProviderID
	ProviderID         string
	// SAMLAssertion makes the role one for SAML assertions of PrincipalARN.
	// After SAMLEnds, where that is set, the assertion is refused.
	SAMLAssertion string
	PrincipalARN  string
	SAMLEnds      time.Time
}

// Call is a received request, without its secrets.
type Call struct {
	Action, Region, RoleARN, SessionName string
	SecretID                             string // of the signing key; "" for an unsigned request
	Policy                               string // decoded
	Duration                             int64
	PrincipalARN                         string // of a SAML assertion
	SerialNumber                         string // of an MFA device
}

// Server is a running server.
type Server struct {
	opts Options
	http *httptest.Server

	mu     sync.Mutex
	keys   map[string]Credential
	codes  map[string]bool // that were accepted, with their device
	calls  []Call
	issued int
	fail   []Failure
}

// Failure is a response that replaces the server's own.
type Failure struct {
	Status        int    // HTTP status; 0 means 200
	Code, Message string // of an API error
	Body          string // sent in place of an API error
}

// Start starts a server.
func Start(opts Options) *Server {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{opts: opts, keys: map[string]Credential{}, codes: map[string]bool{}}
	for _, k := range opts.Keys {
		s.keys[k.SecretID] = k
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", s.api)
	mux.HandleFunc("GET /latest/meta-data/cam/security-credentials/{role}", s.metadata)
	s.http = httptest.NewServer(mux)
	return s
}

// URL returns the base URL of both services.
func (s *Server) URL() string { return s.http.URL }

// Close stops the server.
func (s *Server) Close() { s.http.Close() }

// Calls returns the requests so far that reached an action.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Fail makes the server answer the next requests with failures, one each.
func (s *Server) Fail(failures ...Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = append(s.fail, failures...)
}

func (s *Server) failure() (Failure, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fail) == 0 {
		return Failure{}, false
	}
	f := s.fail[0]
	s.fail = s.fail[1:]
	return f, true
}

// apiError is an API error.
type apiError struct{ code, message string }

func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	response, err := s.answer(w, r)
	if response == nil && err == nil {
		return // a failure was sent
	}
	body := map[string]any{"RequestId": "6ef60bec-0242-43af-bb20-270359fb54a7"}
	if err != nil {
		body["Error"] = map[string]string{"Code": err.code, "Message": err.message}
	}
	for k, v := range response {
		body[k] = v
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"Response": body})
}

// parameters are the parameters of both actions.
type parameters struct {
	RoleArn, RoleSessionName, Policy, ExternalId, SourceIdentity, SerialNumber, TokenCode string //nolint:revive // the names of the wire
	ProviderId, WebIdentityToken                                                          string //nolint:revive // the names of the wire
	SAMLAssertion, PrincipalArn                                                           string
	DurationSeconds                                                                       *int64
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) (map[string]any, *apiError) {
	body, failed := readBody(r)
	if failed != nil {
		return nil, failed
	}
	if f, ok := s.failure(); ok {
		if f.Code != "" {
			return nil, &apiError{f.Code, f.Message}
		}
		w.WriteHeader(max(f.Status, http.StatusOK))
		_, _ = w.Write([]byte(f.Body))
		return nil, nil
	}
	var p parameters
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, &apiError{"InvalidParameter", "the body is not JSON"}
	}
	action := r.Header.Get("X-TC-Action")
	if r.Header.Get("X-TC-Version") != "2018-08-13" {
		return nil, &apiError{"NoSuchVersion", "the version is not supported"}
	}
	if r.Header.Get("X-TC-Region") == "" {
		return nil, &apiError{"MissingParameter", "X-TC-Region is missing"}
	}
	call := Call{
		Action: action, Region: r.Header.Get("X-TC-Region"), RoleARN: p.RoleArn, SessionName: p.RoleSessionName,
		PrincipalARN: p.PrincipalArn, SerialNumber: p.SerialNumber, Duration: 7200,
	}
	if action == "GetSessionToken" {
		return s.sessionToken(r, body, p, call)
	}
	if p.DurationSeconds != nil {
		call.Duration = *p.DurationSeconds
	}
	switch {
	case p.RoleArn == "" || p.RoleSessionName == "":
		return nil, &apiError{"MissingParameter", "RoleArn and RoleSessionName are required"}
	case call.Duration < 1 || call.Duration > 43200:
		return nil, &apiError{"InvalidParameter.OverLimit", "DurationSeconds is over the limit"}
	}
	policy, err := url.QueryUnescape(p.Policy)
	if err != nil {
		return nil, &apiError{"InvalidParameter.StrategyFormatError", "the policy is not URL-encoded"}
	}
	call.Policy = policy
	role, known := s.opts.Roles[p.RoleArn]
	switch action {
	case "AssumeRole":
		key, failed := s.verify(r, body)
		if failed != nil {
			return nil, failed
		}
		call.SecretID = key.SecretID
		s.note(call)
		switch {
		case !known:
			return nil, &apiError{"ResourceNotFound.RoleNotFound", "the role does not exist"}
		case role.WebIdentityToken != "", role.SAMLAssertion != "", p.ExternalId != role.ExternalID, p.SerialNumber != role.SerialNumber, p.TokenCode != role.Code, role.Code != "" && !s.fresh(p.SerialNumber, p.TokenCode):
			return nil, &apiError{"UnauthorizedOperation", "you are not authorized to perform operation (sts:AssumeRole)"}
		}
	case "AssumeRoleWithWebIdentity":
		if r.Header.Get("Authorization") != "SKIP" {
			return nil, &apiError{"AuthFailure.InvalidAuthorization", "Authorization must be SKIP"}
		}
		s.note(call)
		switch {
		case !known || role.WebIdentityToken == "":
			return nil, &apiError{"InternalError.GetRoleError", "the role cannot be had"}
		case p.WebIdentityToken != role.WebIdentityToken || p.ProviderId != role.ProviderID:
			return nil, &apiError{"InvalidParameter.WebIdentityTokenError", "the web identity token is not valid: " + p.WebIdentityToken}
		}
	case "AssumeRoleWithSAML":
		if r.Header.Get("Authorization") != "SKIP" {
			return nil, &apiError{"AuthFailure.InvalidAuthorization", "Authorization must be SKIP"}
		}
		s.note(call)
		switch {
		case !known || role.SAMLAssertion == "":
			return nil, &apiError{"ResourceNotFound.RoleNotFound", "the role does not exist"}
		// Which code STS gives for these is not documented.
		case p.SAMLAssertion != role.SAMLAssertion || p.PrincipalArn != role.PrincipalARN:
			return nil, &apiError{"InvalidParameter.ParamError", "the SAML assertion is not valid: " + p.SAMLAssertion}
		case !role.SAMLEnds.IsZero() && !s.opts.Now().Before(role.SAMLEnds):
			return nil, &apiError{"InvalidParameter.ParamError", "the SAML assertion has expired"}
		}
	default:
		return nil, &apiError{"InvalidAction", "the action does not exist"}
	}
	return s.session(call.Duration), nil
}

// session is the answer with new credentials.
func (s *Server) session(seconds int64) map[string]any {
	c := s.issue(time.Duration(seconds) * time.Second)
	return map[string]any{
		"Credentials": map[string]string{"TmpSecretId": c.SecretID, "TmpSecretKey": c.SecretKey, "Token": c.Token},
		"ExpiredTime": c.Expires.Unix(),
		"Expiration":  c.Expires.UTC().Format(time.RFC3339),
	}
}

func (s *Server) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
}

// issue returns new temporary credentials.
func (s *Server) issue(life time.Duration) Credential {
	if s.opts.MaxSession > 0 {
		life = min(life, s.opts.MaxSession)
	}
	s.mu.Lock()
	s.issued++
	n := strconv.Itoa(s.issued)
	c := Credential{
		SecretID: "AKIDtemporary" + n, SecretKey: "temporary-secret-" + n, Token: "temporary-token-" + n,
		Expires: s.opts.Now().Add(life).Truncate(time.Second),
	}
	s.keys[c.SecretID] = c
	s.mu.Unlock()
	if s.opts.Issued != nil {
		s.opts.Issued(c)
	}
	return c
}

// metadata returns the credentials of a role of the instance.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("role")
	s.note(Call{Action: "metadata", RoleARN: name})
	if f, ok := s.failure(); ok {
		w.WriteHeader(max(f.Status, http.StatusOK))
		_, _ = fmt.Fprint(w, f.Body)
		return
	}
	for _, known := range s.opts.InstanceRoles {
		if known == name {
			c := s.issue(6 * time.Hour)
			_ = json.NewEncoder(w).Encode(map[string]any{
				"TmpSecretId": c.SecretID, "TmpSecretKey": c.SecretKey, "Token": c.Token, "Code": "Success",
				"ExpiredTime": c.Expires.Unix(), "Expiration": c.Expires.UTC().Format(time.RFC3339),
			})
			return
		}
	}
	http.Error(w, strings.ToLower(http.StatusText(http.StatusNotFound)), http.StatusNotFound)
}
