package stsmock

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// answer is what a request gets: the SecretId of credentials, or a code.
type answer struct {
	Response struct {
		Credentials struct{ TmpSecretId string }
		Error       struct{ Code, Message string }
		ExpiredTime int64
	}
}

// post sends a request, signed with a key or with that Authorization.
func post(t *testing.T, s *Server, action, body string, key Credential, authorization string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	stamp := time.Now().UTC()
	for name, value := range map[string]string{
		"Content-Type": "application/json", "X-TC-Action": action, "X-TC-Version": "2018-08-13", "X-TC-Region": "ap-guangzhou", "X-TC-Timestamp": strconv.FormatInt(stamp.Unix(), 10),
		"Authorization": authorization,
	} {
		req.Header.Set(name, value)
	}
	if key.SecretID != "" {
		scope := stamp.Format(time.DateOnly) + "/sts/tc3_request"
		signed := []string{"content-type", "host"}
		signature := sign(key.SecretKey, http.MethodPost, "", map[string]string{"content-type": "application/json", "host": req.URL.Host}, signed, []byte(body), req.Header.Get("X-TC-Timestamp"), scope)
		req.Header.Set("Authorization", algorithm+" Credential="+key.SecretID+"/"+scope+", SignedHeaders=content-type;host, Signature="+signature)
		if key.Token != "" {
			req.Header.Set("X-TC-Token", key.Token)
		}
	}
	resp, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return a
}

func TestGetSessionToken(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	user, temporary := Credential{SecretID: "user", SecretKey: "k"}, Credential{SecretID: "temporary", SecretKey: "k", Token: "t"}
	for name, tc := range map[string]struct {
		key    Credential
		auth   string
		body   string
		again  bool // the code was used before
		reuse  bool
		code   string // "": credentials
		expire time.Duration
	}{
		"by default":             {key: user, body: `{"SerialNumber":"d","TokenCode":"111111"}`, expire: 30 * time.Minute},
		"for the longest":        {key: user, body: `{"SerialNumber":"d","TokenCode":"111111","DurationSeconds":129600}`, expire: 36 * time.Hour},
		"for longer":             {key: user, body: `{"SerialNumber":"d","TokenCode":"111111","DurationSeconds":129601}`, code: "InvalidParameter.OverTimeError"},
		"a code again":           {key: user, body: `{"SerialNumber":"d","TokenCode":"111111"}`, again: true, code: "FailedOperation.CheckMFAError"},
		"a code again, accepted": {key: user, body: `{"SerialNumber":"d","TokenCode":"111111"}`, again: true, reuse: true, expire: 30 * time.Minute},
		"a wrong code":           {key: user, body: `{"SerialNumber":"d","TokenCode":"222222"}`, code: "FailedOperation.CheckMFAError"},
		"another device":         {key: user, body: `{"SerialNumber":"e","TokenCode":"111111"}`, code: "FailedOperation.CheckMFAError"},
		"no code":                {key: user, body: `{"SerialNumber":"d"}`, code: "MissingParameter"},
		"a temporary key":        {key: temporary, body: `{"SerialNumber":"d","TokenCode":"111111"}`, code: "FailedOperation.TempKeyNotAllowed"},
		"no signature":           {auth: "SKIP", body: `{"SerialNumber":"d","TokenCode":"111111"}`, code: "AuthFailure.InvalidAuthorization"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Start(Options{Keys: []Credential{user, temporary}, Devices: map[string][]string{"d": {"111111"}}, ReuseCodes: tc.reuse, Now: func() time.Time { return now }})
			t.Cleanup(s.Close)
			if tc.again {
				post(t, s, "GetSessionToken", tc.body, tc.key, tc.auth)
			}
			got := post(t, s, "GetSessionToken", tc.body, tc.key, tc.auth).Response
			if got.Error.Code != tc.code || (got.Credentials.TmpSecretId == "") != (tc.code != "") {
				t.Errorf("%+v", got)
			}
			if tc.code == "" && got.ExpiredTime != now.Add(tc.expire).Unix() {
				t.Errorf("it ends at %d", got.ExpiredTime)
			}
		})
	}
}

func TestAssumeRoleWithSAML(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	for name, tc := range map[string]struct{ auth, body, code string }{
		"good":                 {"SKIP", `{"RoleArn":"r","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"p"}`, ""},
		"without SKIP":         {"", `{"RoleArn":"r","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"p"}`, "AuthFailure.InvalidAuthorization"},
		"another assertion":    {"SKIP", `{"RoleArn":"r","RoleSessionName":"s","SAMLAssertion":"b","PrincipalArn":"p"}`, "InvalidParameter.ParamError"},
		"another principal":    {"SKIP", `{"RoleArn":"r","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"q"}`, "InvalidParameter.ParamError"},
		"expired":              {"SKIP", `{"RoleArn":"old","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"p"}`, "InvalidParameter.ParamError"},
		"a role of keys":       {"SKIP", `{"RoleArn":"keys","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"p"}`, "ResourceNotFound.RoleNotFound"},
		"no session":           {"SKIP", `{"RoleArn":"r","SAMLAssertion":"a","PrincipalArn":"p"}`, "MissingParameter"},
		"a session too long":   {"SKIP", `{"RoleArn":"r","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"p","DurationSeconds":43201}`, "InvalidParameter.OverLimit"},
		"a session of no time": {"SKIP", `{"RoleArn":"r","RoleSessionName":"s","SAMLAssertion":"a","PrincipalArn":"p","DurationSeconds":0}`, "InvalidParameter.OverLimit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Start(Options{Now: func() time.Time { return now }, Roles: map[string]Role{
				"r": {SAMLAssertion: "a", PrincipalARN: "p", SAMLEnds: now.Add(time.Second)}, "old": {SAMLAssertion: "a", PrincipalARN: "p", SAMLEnds: now}, "keys": {},
			}})
			t.Cleanup(s.Close)
			if got := post(t, s, "AssumeRoleWithSAML", tc.body, Credential{}, tc.auth).Response; got.Error.Code != tc.code || (got.Credentials.TmpSecretId == "") != (tc.code != "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A role for SAML is not one that a key can assume.
func TestAssumeRoleOfSAML(t *testing.T) {
	t.Parallel()
	user := Credential{SecretID: "user", SecretKey: "k"}
	s := Start(Options{Keys: []Credential{user}, Roles: map[string]Role{"r": {SAMLAssertion: "a", PrincipalARN: "p"}}})
	t.Cleanup(s.Close)
	if got := post(t, s, "AssumeRole", `{"RoleArn":"r","RoleSessionName":"s"}`, user, "").Response; got.Error.Code != "UnauthorizedOperation" {
		t.Errorf("%+v", got)
	}
}
