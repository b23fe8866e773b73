package credentials_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/stsmock"
)

const (
	samlRole  = "qcs::cam::uin/100000000001:roleName/federated"
	oldRole   = "qcs::cam::uin/100000000001:roleName/late"
	principal = "qcs::cam::uin/100000000001:saml-provider/idp"
)

// samlEnds is the earlier of the ends that the assertion names.
var samlEnds = now.Add(-time.Minute)

// saml is an assertion as an identity provider posts it.
var saml = assertion(`<saml:SubjectConfirmationData NotOnOrAfter="2023-11-14T22:12:20Z" Recipient="https://cloud.tencent.com/login/saml"/>`)

func assertion(parts string) string {
	return base64.StdEncoding.EncodeToString([]byte(`<?xml version="1.0"?><samlp:Response xmlns:samlp="urn:p" xmlns:saml="urn:a"><ds:Signature xmlns:ds="urn:d"><ds:SignatureValue>` +
		"\n  Y2FuYXJ5LXByb29mLW9mLXRoZS1pZHA=\n</ds:SignatureValue></ds:Signature><saml:Assertion>" +
		`<saml:Conditions NotBefore="2023-11-14T21:13:20Z" NotOnOrAfter="2023-11-14T22:43:20Z"/>` + parts + `<saml:AuthnStatement SessionNotOnOrAfter="2023-11-14T00:00:00Z"/></saml:Assertion></samlp:Response>`))
}

var samlEnv = "TENCENTCLOUD_ASSUME_ROLE_ARN=" + samlRole + " TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=s TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION=" + saml + " TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN=" + principal

// What is wrong with a role by SAML, and how many calls it takes to know. No
// error shows a part of the assertion.
func TestBrokenSAML(t *testing.T) {
	t.Parallel()
	with := func(change func(*credentials.SAML)) credentials.Config {
		s := &credentials.SAML{ARN: samlRole, SessionName: "s", Assertion: saml, PrincipalARN: principal}
		change(s)
		return credentials.Config{SAML: s}
	}
	for name, tc := range map[string]struct {
		cfg   credentials.Config
		env   string
		fail  []stsmock.Failure
		says  []string
		calls int
	}{
		"expired": {cfg: with(func(s *credentials.SAML) { s.ARN = oldRole }), calls: 1,
			says: []string{"the SAML assertion has expired", "was valid until 2023-11-14T22:12:20Z", "get a new one from the identity provider"}},
		"another principal":     {cfg: with(func(s *credentials.SAML) { s.PrincipalARN = "qcs::cam::uin/1:saml-provider/other" }), calls: 1, says: []string{"by the principal qcs::cam::uin/1:saml-provider/other", "InvalidParameter.ParamError", "(redacted)"}},
		"a role of no provider": {cfg: with(func(s *credentials.SAML) { s.ARN = keyRole }), calls: 1, says: []string{"ResourceNotFound.RoleNotFound", keyRole}},
		"an assertion quoted": {cfg: with(func(s *credentials.SAML) {}), fail: []stsmock.Failure{{Code: "UnauthorizedOperation", Message: "signature Y2FuYXJ5LXByb29mLW9mLXRoZS1pZHA= of the assertion"}},
			says: []string{"UnauthorizedOperation", "(redacted)"}},
		"no assertion":             {cfg: with(func(s *credentials.SAML) { s.Assertion = "" }), says: []string{"assume_role_with_saml needs saml_assertion, or the environment variable TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION"}},
		"no principal":             {cfg: with(func(s *credentials.SAML) { s.PrincipalARN = "" }), says: []string{"needs principal_arn, or the environment variable TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN"}},
		"no role":                  {cfg: with(func(s *credentials.SAML) { s.ARN = "" }), says: []string{"needs role_arn, or the environment variable TENCENTCLOUD_ASSUME_ROLE_ARN"}},
		"no session":               {cfg: with(func(s *credentials.SAML) { s.SessionName = "" }), says: []string{"needs session_name"}},
		"XML":                      {cfg: with(func(s *credentials.SAML) { s.Assertion = " <canary/>" }), says: []string{"saml_assertion is XML: give its base64"}},
		"an encoded URL":           {cfg: with(func(s *credentials.SAML) { s.Assertion = "Y2FuYXJ5%2B" }), says: []string{"saml_assertion is not base64"}},
		"a session of words":       {env: samlEnv + " TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=1h", says: []string{"TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"}},
		"half of it by variables":  {env: static + " " + role + " TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN=p", says: []string{"TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION and TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN belong together"}},
		"a web identity beside it": {env: samlEnv + " TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN=" + token, says: []string{"both a web identity and a SAML assertion", "unset TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			s.Fail(tc.fail...)
			_, _, err := try(t, tc.cfg, tc.env, nil, s)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tc.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if text := err.Error(); strings.Contains(text, "canary") || strings.Contains(text, saml[8:16]) || strings.Contains(text, "XByb29mLW9m") || strings.Contains(text, "Y2FuYXJ5") {
				t.Errorf("it shows a secret: %q", text)
			}
			if len(s.Calls()) != tc.calls {
				t.Errorf("%d calls, want %d", len(s.Calls()), tc.calls)
			}
		})
	}
}

// An assertion whose end says nothing is STS's to judge: a clock that is wrong
// here stops nobody, and what is not XML is sent as well.
func TestAssertionsThatSTSJudges(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ended by this clock": saml,
		"no end":              assertion(""),
		"no date":             assertion(`<saml:Conditions NotOnOrAfter="soon"/>`),
		"not XML":             base64.StdEncoding.EncodeToString([]byte("nothing")),
		"broken XML":          base64.StdEncoding.EncodeToString([]byte("<a b=")),
	} {
		s := stsmock.Start(stsmock.Options{Roles: map[string]stsmock.Role{samlRole: {SAMLAssertion: text, PrincipalARN: principal}}, Now: func() time.Time { return now }})
		t.Cleanup(s.Close)
		cfg := credentials.Config{SAML: &credentials.SAML{ARN: samlRole, SessionName: "s", Assertion: text, PrincipalARN: principal}}
		if _, v, err := try(t, cfg, "", nil, s); err != nil || v.SecretID != "AKIDtemporary1" {
			t.Errorf("%s: %s, %v", name, v.SecretID, err)
		}
	}
}

// A session is renewed while its assertion is valid, and then says why not.
func TestSAMLSessionsAreRenewed(t *testing.T) {
	t.Parallel()
	clock := now
	s := stsmock.Start(stsmock.Options{
		Roles: map[string]stsmock.Role{samlRole: {SAMLAssertion: assertion(""), PrincipalARN: principal, SAMLEnds: now.Add(30 * time.Minute)}}, Now: func() time.Time { return clock },
	})
	t.Cleanup(s.Close)
	source, err := credentials.New(credentials.Config{
		STSEndpoint: s.URL(), Now: func() time.Time { return clock },
		SAML: &credentials.SAML{ARN: samlRole, SessionName: "s", Assertion: assertion(""), PrincipalARN: principal, Session: 20 * time.Minute},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, minutes := range []int{0, 10, 17, 33} {
		clock = now.Add(time.Duration(minutes) * time.Minute)
		v, err := source.Retrieve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, v.SecretID)
	}
	if want := []string{"AKIDtemporary1", "AKIDtemporary1", "AKIDtemporary2", "AKIDtemporary2"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	clock = now.Add(40 * time.Minute)
	if _, err := source.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "was valid until 2023-11-14T22:43:20Z: get a new one") {
		t.Errorf("after the assertion: %v", err)
	}
}
