package credentials_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/stsmock"
)

const (
	keyRole = "qcs::cam::uin/100000000001:roleName/deploy"
	mfaRole = "qcs::cam::uin/100000000001:roleName/careful"
	webRole = "qcs::cam::uin/100000000001:roleName/pipeline"
	token   = "canary-web-identity-token"
	// secretKey is the static secret key. No error may show it.
	secretKey = "canary-secret-key"
)

var now = time.Unix(1_700_000_000, 0)

// service runs STS and a metadata service for a test.
func service(t *testing.T) *stsmock.Server {
	t.Helper()
	s := stsmock.Start(stsmock.Options{
		Keys: []stsmock.Credential{{SecretID: "AKIDstatic", SecretKey: secretKey}, {SecretID: "AKIDprofile", SecretKey: "canary-profile-key", Token: "canary-profile-token"}},
		Roles: map[string]stsmock.Role{
			keyRole:  {},
			mfaRole:  {ExternalID: "canary-external-id", SerialNumber: "qcs::cam:uin/1::mfa/softToken", Code: "523886"},
			webRole:  {WebIdentityToken: token, ProviderID: "OIDC"},
			samlRole: {SAMLAssertion: saml, PrincipalARN: principal},
			oldRole:  {SAMLAssertion: saml, PrincipalARN: principal, SAMLEnds: samlEnds},
		},
		Devices:       map[string][]string{device: {"523886"}},
		InstanceRoles: []string{"instance"},
		Now:           func() time.Time { return now },
	})
	t.Cleanup(s.Close)
	return s
}

// files writes files in a new directory and returns its path.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range contents {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	profileKeys = `{"secretId": "AKIDprofile", "secretKey": "canary-profile-key", "token": "canary-profile-token"}`
	static      = "TENCENTCLOUD_SECRET_ID=AKIDstatic TENCENTCLOUD_SECRET_KEY=" + secretKey
	role        = "TENCENTCLOUD_ASSUME_ROLE_ARN=" + keyRole + " TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=s"
	pod         = "TKE_REGION=ap-beijing TKE_PROVIDER_ID=OIDC TKE_ROLE_ARN=" + webRole + " TKE_WEB_IDENTITY_TOKEN_FILE={dir}/token"
)

// environ parses "A=b C=d" and replaces {dir} by the directory of the test's
// files.
func environ(text, dir string) func(string) string {
	env := map[string]string{}
	for _, kv := range strings.Fields(strings.ReplaceAll(text, "{dir}", dir)) {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	return func(name string) string { return env[name] }
}

// try finds the source of credentials and retrieves them once.
func try(t *testing.T, cfg credentials.Config, env string, contents map[string]string, s *stsmock.Server) (*credentials.Source, credentials.Value, error) {
	t.Helper()
	dir := files(t, contents)
	cfg.Getenv = environ(env, dir)
	cfg.SharedCredentialsDir = strings.ReplaceAll(cfg.SharedCredentialsDir, "{dir}", dir)
	if w := cfg.WebIdentity; w != nil {
		w.TokenFile, w.ARNFile = strings.ReplaceAll(w.TokenFile, "{dir}", dir), strings.ReplaceAll(w.ARNFile, "{dir}", dir)
	}
	cfg.Now = func() time.Time { return now }
	cfg.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	if s != nil {
		cfg.STSEndpoint, cfg.MetadataEndpoint = s.URL(), s.URL()
	}
	source, err := credentials.New(cfg)
	if err != nil {
		return nil, credentials.Value{}, err
	}
	v, err := source.Retrieve(t.Context())
	return source, v, err
}

// Each row adds a source that takes precedence over those of all rows above it.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	contents := map[string]string{".tccli/default.credential": profileKeys, "other/work.credential": `{"secretId": "AKIDwork", "secretKey": "k"}`, "token": token}
	var env []string
	var cfg credentials.Config
	for _, row := range []struct {
		name   string
		env    string
		change func(*credentials.Config)
		want   string // the SecretId
		source string
	}{
		{"the default profile", "HOME={dir}", nil, "AKIDprofile", `profile "default"`},
		{"a profile by variables", "TENCENTCLOUD_PROFILE=work TENCENTCLOUD_SHARED_CREDENTIALS_DIR={dir}/other", nil, "AKIDwork", `profile "work"`},
		{"a key by variables", static, nil, "AKIDstatic", "secret_id"},
		{"a key by arguments", "", func(c *credentials.Config) { c.SecretID, c.SecretKey = "AKIDargument", "k" }, "AKIDargument", "secret_id"},
		{"the instance's role by its variable", "TENCENTCLOUD_CAM_ROLE_NAME=instance", nil, "AKIDtemporary", "the role instance"},
		{"a role by variables", role, nil, "AKIDtemporary", "the environment's role " + keyRole + ", assumed with the role instance"},
		{"a role by arguments", "", func(c *credentials.Config) { c.Role = &credentials.Role{ARN: keyRole, SessionName: "s"} }, "AKIDtemporary", "assume_role " + keyRole},
		{"a SAML assertion", "", func(c *credentials.Config) {
			c.SAML = &credentials.SAML{ARN: samlRole, SessionName: "s", Assertion: saml, PrincipalARN: principal}
		}, "AKIDtemporary", "assume_role_with_saml"},
		{"a web identity", "", func(c *credentials.Config) {
			c.WebIdentity = &credentials.WebIdentity{ARN: webRole, SessionName: "s", Token: token}
		}, "AKIDtemporary", "assume_role_with_web_identity"},
		{"pod OIDC", pod, func(c *credentials.Config) { c.PodOIDC = true }, "AKIDtemporary", "this pod"},
	} {
		env = append(env, row.env)
		if row.change != nil {
			row.change(&cfg)
		}
		source, v, err := try(t, cfg, strings.Join(env, " "), contents, service(t))
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		if !strings.HasPrefix(v.SecretID, row.want) || !strings.Contains(source.Name, row.source) {
			t.Errorf("%s: %s of %s, want %s of %s", row.name, v.SecretID, source.Name, row.want, row.source)
		}
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cfg    credentials.Config
		env    string
		files  map[string]string
		want   string // the SecretId
		life   time.Duration
		region string
		calls  []stsmock.Call
	}{
		"a token of the environment comes with its key": {env: static + " TENCENTCLOUD_SECURITY_TOKEN=t", want: "AKIDstatic"},
		"half by argument": {cfg: credentials.Config{SecretID: "AKIDstatic"}, env: "TENCENTCLOUD_SECRET_KEY=" + secretKey, want: "AKIDstatic"},
		"a profile with a region": {env: "HOME={dir}", want: "AKIDprofile", region: "ap-shanghai",
			files: map[string]string{".tccli/default.credential": profileKeys, ".tccli/default.configure": `{"_sys_param": {"region": "ap-shanghai", "output": "json"}}`}},
		"a profile below the home": {cfg: credentials.Config{Profile: "p", SharedCredentialsDir: "~/keys"}, env: "HOME={dir}", want: "AKIDprofile",
			files: map[string]string{"keys/p.credential": profileKeys}},
		"a profile that logged in": {cfg: credentials.Config{SharedCredentialsDir: "{dir}"}, want: "AKIDsso", life: time.Hour,
			files: map[string]string{"default.credential": fmt.Sprintf(`{"type": "sso", "secretId": "AKIDsso", "secretKey": "k", "token": "t", "expiresAt": %d}`, now.Add(time.Hour).Unix())}},
		"a profile with a role": {cfg: credentials.Config{SharedCredentialsDir: "{dir}"}, want: "AKIDtemporary1", life: 2 * time.Hour,
			files: map[string]string{"default.credential": `{"secretId": "AKIDstatic", "secretKey": "` + secretKey + `", "role-arn": "` + keyRole + `", "role-session-name": "s"}`},
			calls: []stsmock.Call{{Action: "AssumeRole", Region: "ap-guangzhou", RoleARN: keyRole, SessionName: "s", SecretID: "AKIDstatic", Duration: 7200}}},
		"a role": {cfg: credentials.Config{Region: "eu-frankfurt", Role: &credentials.Role{ARN: keyRole, SessionName: "s", Session: time.Hour, Policy: `{"version":"2.0", "a": "b&c"}`}},
			env: static, want: "AKIDtemporary1", life: time.Hour,
			calls: []stsmock.Call{{Action: "AssumeRole", Region: "eu-frankfurt", RoleARN: keyRole, SessionName: "s", SecretID: "AKIDstatic", Duration: 3600, Policy: `{"version":"2.0", "a": "b&c"}`}}},
		"a role with temporary keys": {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s"}, SharedCredentialsDir: "{dir}"}, want: "AKIDtemporary1", life: 2 * time.Hour,
			files: map[string]string{"default.credential": profileKeys},
			calls: []stsmock.Call{{Action: "AssumeRole", Region: "ap-guangzhou", RoleARN: keyRole, SessionName: "s", SecretID: "AKIDprofile", Duration: 7200}}},
		"a role with MFA by variables": {env: static + " TENCENTCLOUD_ASSUME_ROLE_ARN=" + mfaRole + " TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=s TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=900" +
			" TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID=canary-external-id TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER=qcs::cam:uin/1::mfa/softToken TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE=523886",
			want: "AKIDtemporary1", life: 15 * time.Minute,
			calls: []stsmock.Call{{Action: "AssumeRole", Region: "ap-guangzhou", RoleARN: mfaRole, SessionName: "s", SecretID: "AKIDstatic", SerialNumber: device, Duration: 900}}},
		"a role on top of the instance's": {cfg: credentials.Config{CAMRoleName: "instance", Role: &credentials.Role{ARN: keyRole, SessionName: "s"}}, want: "AKIDtemporary2", life: 2 * time.Hour,
			calls: []stsmock.Call{{Action: "metadata", RoleARN: "instance"}, {Action: "AssumeRole", Region: "ap-guangzhou", RoleARN: keyRole, SessionName: "s", SecretID: "AKIDtemporary1", Duration: 7200}}},
		"the instance's role": {cfg: credentials.Config{CAMRoleName: "instance"}, env: static, want: "AKIDtemporary1", life: 6 * time.Hour, calls: []stsmock.Call{{Action: "metadata", RoleARN: "instance"}}},
		"a web identity by a JSON file": {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{TokenFile: "{dir}/t", ARNFile: "{dir}/arn", SessionName: "s", ProviderID: "OIDC"}},
			files: map[string]string{"t": `{"web_identity_token": "` + token + `"}`, "arn": webRole + "\n"}, want: "AKIDtemporary1", life: 2 * time.Hour,
			calls: []stsmock.Call{{Action: "AssumeRoleWithWebIdentity", Region: "ap-guangzhou", RoleARN: webRole, SessionName: "s", Duration: 7200}}},
		"a web identity by variables": {env: "TENCENTCLOUD_ASSUME_ROLE_ARN=" + webRole + " TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=s TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN=" + token,
			want: "AKIDtemporary1", life: 2 * time.Hour,
			calls: []stsmock.Call{{Action: "AssumeRoleWithWebIdentity", Region: "ap-guangzhou", RoleARN: webRole, SessionName: "s", Duration: 7200}}},
		"a block whose parts are variables": {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{}}, env: "TENCENTCLOUD_ASSUME_ROLE_ARNN_FILE={dir}/arn TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=s" +
			" TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID=OIDC TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=60 TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE={dir}/t",
			files: map[string]string{"t": token + "\n", "arn": webRole}, want: "AKIDtemporary1", life: time.Minute,
			calls: []stsmock.Call{{Action: "AssumeRoleWithWebIdentity", Region: "ap-guangzhou", RoleARN: webRole, SessionName: "s", Duration: 60}}},
		"a role on top of a web identity by variables": {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole}},
			env:  "TENCENTCLOUD_ASSUME_ROLE_ARN=" + webRole + " TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=s TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN=" + token,
			want: "AKIDtemporary2", life: 2 * time.Hour,
			calls: []stsmock.Call{
				{Action: "AssumeRoleWithWebIdentity", Region: "ap-guangzhou", RoleARN: webRole, SessionName: "s", Duration: 7200},
				{Action: "AssumeRole", Region: "ap-guangzhou", RoleARN: keyRole, SessionName: "s", SecretID: "AKIDtemporary1", Duration: 7200},
			}},
		"a SAML assertion": {cfg: credentials.Config{SAML: &credentials.SAML{ARN: samlRole, SessionName: "s", Assertion: saml[:40] + "\n" + saml[40:], PrincipalARN: principal, Session: time.Hour}}, env: static,
			want: "AKIDtemporary1", life: time.Hour,
			calls: []stsmock.Call{{Action: "AssumeRoleWithSAML", Region: "ap-guangzhou", RoleARN: samlRole, SessionName: "s", PrincipalARN: principal, Duration: 3600}}},
		"a SAML assertion by variables": {env: static + " " + samlEnv, want: "AKIDtemporary1", life: 2 * time.Hour,
			calls: []stsmock.Call{{Action: "AssumeRoleWithSAML", Region: "ap-guangzhou", RoleARN: samlRole, SessionName: "s", PrincipalARN: principal, Duration: 7200}}},
		"a block of SAML whose parts are variables": {cfg: credentials.Config{SAML: &credentials.SAML{}}, env: samlEnv + " TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=60", want: "AKIDtemporary1", life: time.Minute,
			calls: []stsmock.Call{{Action: "AssumeRoleWithSAML", Region: "ap-guangzhou", RoleARN: samlRole, SessionName: "s", PrincipalARN: principal, Duration: 60}}},
		"a role on top of a SAML assertion by variables": {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole}}, env: samlEnv, want: "AKIDtemporary2", life: 2 * time.Hour,
			calls: []stsmock.Call{
				{Action: "AssumeRoleWithSAML", Region: "ap-guangzhou", RoleARN: samlRole, SessionName: "s", PrincipalARN: principal, Duration: 7200},
				{Action: "AssumeRole", Region: "ap-guangzhou", RoleARN: keyRole, SessionName: "s", SecretID: "AKIDtemporary1", Duration: 7200},
			}},
		"an MFA session": {cfg: credentials.Config{Region: "eu-frankfurt", MFA: &credentials.MFA{SerialNumber: device, TokenCode: "523886", Session: time.Hour}}, env: static, want: "AKIDtemporary1", life: time.Hour,
			calls: []stsmock.Call{{Action: "GetSessionToken", Region: "eu-frankfurt", SecretID: "AKIDstatic", SerialNumber: device, Duration: 3600}}},
		"an MFA session by variables": {env: static + " " + mfaEnv, want: "AKIDtemporary1", life: 30 * time.Minute,
			calls: []stsmock.Call{{Action: "GetSessionToken", Region: "ap-guangzhou", SecretID: "AKIDstatic", SerialNumber: device, Duration: 1800}}},
		"an MFA session for a profile, its parts by variables": {cfg: credentials.Config{MFA: &credentials.MFA{}, SharedCredentialsDir: "{dir}"}, env: mfaEnv + " TENCENTCLOUD_MFA_CERTIFICATION_DURATION_SECONDS=129600",
			files: map[string]string{"default.credential": `{"secretId": "AKIDstatic", "secretKey": "` + secretKey + `"}`}, want: "AKIDtemporary1", life: 36 * time.Hour,
			calls: []stsmock.Call{{Action: "GetSessionToken", Region: "ap-guangzhou", SecretID: "AKIDstatic", SerialNumber: device, Duration: 129600}}},
		"pod OIDC": {cfg: credentials.Config{PodOIDC: true}, env: pod, files: map[string]string{"token": token}, want: "AKIDtemporary1", life: 2 * time.Hour,
			calls: []stsmock.Call{{Action: "AssumeRoleWithWebIdentity", Region: "ap-beijing", RoleARN: webRole, SessionName: "terraform-provider-cos", Duration: 7200}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			source, v, err := try(t, tc.cfg, tc.env, tc.files, s)
			if err != nil {
				t.Fatal(err)
			}
			var life time.Duration
			if !v.Expires.IsZero() {
				life = v.Expires.Sub(now)
			}
			if v.SecretID != tc.want || life != tc.life || source.Region != tc.region {
				t.Errorf("%s for %s in %q, want %s for %s in %q", v.SecretID, life, source.Region, tc.want, tc.life, tc.region)
			}
			if diff := cmp.Diff(tc.calls, s.Calls(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if again, err := source.Retrieve(t.Context()); err != nil || again != v || len(s.Calls()) != len(tc.calls) {
				t.Errorf("asked again, %v", err)
			}
		})
	}
}

// The errors of misconfigured sources. None of them shows a secret.
func TestBrokenSources(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cfg   credentials.Config
		env   string
		files map[string]string
		fail  []stsmock.Failure
		off   bool // the services are not running
		says  []string
	}{
		"nothing": {env: "HOME={dir}", says: []string{`"cam_role_name"`, "TENCENTCLOUD_CAM_ROLE_NAME", `"secret_id"`, "TENCENTCLOUD_SECRET_ID", `"secret_key"`, "TENCENTCLOUD_SECRET_KEY",
			`profile "default": there is no file`, "default.credential", "assume_role_with_web_identity", "enable_pod_oidc"}},
		"nothing, and no home":      {says: []string{"the variable HOME"}},
		"a key by half":             {cfg: credentials.Config{SecretID: "AKIDstatic"}, says: []string{`secret_key: neither the argument "secret_key"`}},
		"SAML without a role":       {env: "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION=x TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN=p", says: []string{"a role by SAML needs these two, TENCENTCLOUD_ASSUME_ROLE_ARN and"}},
		"MFA without a key":         {env: mfaEnv, says: []string{"an MFA session needs these two, and an API key"}},
		"a pod that is not used":    {env: pod, files: map[string]string{"token": token}, says: []string{"with enable_pod_oidc = true"}},
		"a profile of broken JSON":  {env: "HOME={dir}", files: map[string]string{".tccli/default.credential": `{"secretKey": "canary-profile-key"`}, says: []string{"is not a JSON object as tccli writes it"}},
		"a profile without a key":   {env: "HOME={dir}", files: map[string]string{".tccli/default.credential": `{"secretKey": "canary-profile-key"}`}, says: []string{"has no secretId and secretKey"}},
		"a profile that is missing": {cfg: credentials.Config{Profile: "gone", SharedCredentialsDir: "{dir}"}, says: []string{`profile "gone"`, "gone.credential"}},
		"a profile whose login ended": {cfg: credentials.Config{SharedCredentialsDir: "{dir}"}, files: map[string]string{"default.credential": `{"secretId": "i", "secretKey": "canary-profile-key", "token": "t", "expiresAt": 1699999999}`},
			says: []string{"expired at 2023-11-14T22:13:19Z", "log in again with tccli"}},
		"a role that does not exist": {cfg: credentials.Config{Role: &credentials.Role{ARN: "qcs::cam::uin/1:roleName/gone", SessionName: "s"}}, env: static,
			says: []string{"to let AKIDstatic assume the role qcs::cam::uin/1:roleName/gone", "ResourceNotFound.RoleNotFound", "request id"}},
		"a role that is not trusted": {cfg: credentials.Config{Role: &credentials.Role{ARN: mfaRole, SessionName: "s", ExternalID: "canary-external"}}, env: static, says: []string{"UnauthorizedOperation"}},
		"a role with a wrong key":    {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s"}}, env: "TENCENTCLOUD_SECRET_ID=AKIDstatic TENCENTCLOUD_SECRET_KEY=canary-wrong", says: []string{"AuthFailure.SignatureFailure"}},
		"a role with an unknown key": {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s"}}, env: "TENCENTCLOUD_SECRET_ID=i TENCENTCLOUD_SECRET_KEY=k", says: []string{"AuthFailure.SecretIdNotFound"}},
		"a role without an ARN":      {cfg: credentials.Config{Role: &credentials.Role{SessionName: "s"}}, env: static, says: []string{"assume_role needs role_arn", "TENCENTCLOUD_ASSUME_ROLE_ARN"}},
		"a role without a session":   {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole}}, env: static, says: []string{"assume_role needs session_name", "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME"}},
		"a session of words":         {env: static + " " + role + " TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=1h", says: []string{"TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION", `"1h"`}},
		"STS is not there":           {cfg: credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s"}}, env: static, off: true, says: []string{"ClientError.NetworkError", "refused"}},
		"STS answers nonsense":       {env: static + " " + role, fail: []stsmock.Failure{{Body: "<html>canary"}, {Body: ""}, {Body: `{"Response": {"Credentials": {"TmpSecretKey": "canary`}}, says: []string{"ClientError.ParseJsonError"}},
		"STS answers nothing":        {env: static + " " + role, fail: []stsmock.Failure{{Body: `{"Response": {"RequestId": "x"}}`}}, says: []string{"answered without credentials"}},
		"STS is down":                {env: static + " " + role, fail: []stsmock.Failure{{Code: "InternalError.DbError"}, {Code: "RequestLimitExceeded"}, {Status: 502, Body: "canary"}}, says: []string{"status 502"}},
		"an identity that is wrong": {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", Token: "canary-wrong-token"}},
			says: []string{"InvalidParameter.WebIdentityTokenError", "(redacted)"}},
		"an identity of another provider": {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", Token: token, ProviderID: "other"}}, says: []string{`by the provider "other"`}},
		"an identity without a token":     {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s"}}, says: []string{"web_identity_token_file", "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN"}},
		"an identity without a role":      {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{SessionName: "s", Token: token}}, says: []string{"role_arn or role_arn_file"}},
		"an identity without a session":   {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, Token: token}}, says: []string{"needs session_name"}},
		"a token file that is missing":    {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", TokenFile: "{dir}/gone"}}, says: []string{"the web identity token cannot be read", "gone"}},
		"a token file that is empty":      {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", TokenFile: "{dir}/t"}}, files: map[string]string{"t": "\n"}, says: []string{"holds no token"}},
		"a token file of broken JSON":     {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", TokenFile: "{dir}/t"}}, files: map[string]string{"t": `{"canary`}, says: []string{"neither a token nor a JSON object"}},
		"a role file that is empty":       {cfg: credentials.Config{WebIdentity: &credentials.WebIdentity{ARNFile: "{dir}/arn", SessionName: "s", Token: token}}, files: map[string]string{"arn": ""}, says: []string{"the ARN of the role is empty"}},
		"pod OIDC outside of a pod":       {cfg: credentials.Config{PodOIDC: true}, env: static, says: []string{"TKE_REGION, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_PROVIDER_ID, TKE_ROLE_ARN"}},
		"a role that is not bound":        {cfg: credentials.Config{CAMRoleName: "gone"}, env: static, says: []string{`the role "gone"`, "no such role is bound to this instance"}},
		"no instance":                     {cfg: credentials.Config{CAMRoleName: "instance"}, off: true, says: []string{"cannot be reached", "is this a CVM instance?"}},
		"metadata that is down":           {cfg: credentials.Config{CAMRoleName: "instance"}, fail: []stsmock.Failure{{Status: 500}, {Status: 503}, {Status: 500}}, says: []string{"status 500"}},
		"metadata of nonsense":            {cfg: credentials.Config{CAMRoleName: "instance"}, fail: []stsmock.Failure{{Body: "canary"}}, says: []string{"not the JSON"}},
		"metadata without success":        {cfg: credentials.Config{CAMRoleName: "instance"}, fail: []stsmock.Failure{{Body: `{"Code": "Failed", "TmpSecretKey": "canary"}`}}, says: []string{`the code "Failed"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			s.Fail(tc.fail...)
			if tc.off {
				s.Close()
			}
			_, _, err := try(t, tc.cfg, tc.env, tc.files, s)
			if err == nil {
				t.Fatal("no error")
			}
			t.Log(err)
			for _, want := range tc.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("it shows a secret: %q", err)
			}
		})
	}
}

// Temporary errors are retried.
func TestServicesThatRecover(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cfg  credentials.Config
		fail []stsmock.Failure
	}{
		"STS":      {credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s"}}, []stsmock.Failure{{Code: "InternalError.SystemError"}}},
		"metadata": {credentials.Config{CAMRoleName: "instance"}, []stsmock.Failure{{Status: 503}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			s.Fail(tc.fail...)
			if _, v, err := try(t, tc.cfg, static, nil, s); err != nil || v.SecretID != "AKIDtemporary1" {
				t.Errorf("%s, %v", v.SecretID, err)
			}
		})
	}
}

// The list of tried sources is in the order of the documentation.
func TestNotFoundOrder(t *testing.T) {
	t.Parallel()
	_, _, err := try(t, credentials.Config{}, "HOME={dir} TKE_WEB_IDENTITY_TOKEN_FILE=t TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE=1", nil, nil)
	var none *credentials.NotFoundError
	if !errors.As(err, &none) {
		t.Fatal(err)
	}
	var got []string
	for _, tried := range none.Tried {
		got = append(got, tried.Source)
	}
	want := []string{"assume_role_with_web_identity", "assume_role_with_saml", "enable_pod_oidc", "cam_role_name", "secret_id", "secret_key", `profile "default"`,
		"TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER and TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE", "TKE_WEB_IDENTITY_TOKEN_FILE"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ env, says string }{
		"half of SAML":             {static + " TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION=x", "SAML_ASSERTION is set, and TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN is not: no role is assumed"},
		"the other half of SAML":   {static + " TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN=x", "PRINCIPAL_ARN is set, and TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION is not"},
		"SAML without a role":      {static + " TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION=x TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN=p", "TENCENTCLOUD_ASSUME_ROLE_ARN and TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME are not both"},
		"a device without a code":  {static + " TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER=x", "TOKEN_CODE is not: no MFA session is opened"},
		"a code without a device":  {static + " TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE=1", "SERIAL_NUMBER is not: no MFA session is opened"},
		"a role without a session": {static + " TENCENTCLOUD_ASSUME_ROLE_ARN=" + keyRole, "no role is assumed"},
		"a key alone":              {static, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, _, err := try(t, credentials.Config{}, tc.env, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(source.Warnings, " "); (got == "") != (tc.says == "") || !strings.Contains(got, tc.says) {
				t.Errorf("warnings %q", got)
			}
		})
	}
}

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sts.internal.tencentcloudapi.com":         "https://sts.internal.tencentcloudapi.com",
		"https://sts.tencentcloudapi.com/":         "https://sts.tencentcloudapi.com",
		"http://127.0.0.1:8080":                    "http://127.0.0.1:8080",
		"http://localhost:8080":                    "http://localhost:8080",
		"http://sts.tencentcloudapi.com":           "",
		"ftp://sts.tencentcloudapi.com":            "",
		"https://user:canary@sts.tencentcloud.com": "",
		"https://host/path":                        "",
		"https://host?query":                       "",
		"https://":                                 "",
		"":                                         "",
		"https://a b":                              "",
		"https://user:canary@%zz":                  "",
	} {
		u, err := credentials.ParseEndpoint(text, false)
		switch {
		case want == "" && (err == nil || strings.Contains(err.Error(), "canary")):
			t.Errorf("%q: %v", text, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v, %v", text, u, err)
		}
	}
	if _, err := credentials.ParseEndpoint("http://metadata.tencentyun.com", true); err != nil {
		t.Error(err)
	}
}

// No type that holds a secret prints it.
func TestConfigPrintsRedacted(t *testing.T) {
	t.Parallel()
	s := service(t)
	fetched := func(cfg credentials.Config) *credentials.Source {
		source, _, err := try(t, cfg, static, nil, s)
		if err != nil {
			t.Fatal(err)
		}
		return source
	}
	byRole := fetched(credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s", Policy: "canary"}})
	byToken := fetched(credentials.Config{WebIdentity: &credentials.WebIdentity{ARN: webRole, SessionName: "s", Token: token}})
	bySAML := fetched(credentials.Config{SAML: &credentials.SAML{ARN: samlRole, SessionName: "s", Assertion: saml, PrincipalARN: principal}})
	byMFA := fetched(credentials.Config{MFA: &credentials.MFA{SerialNumber: device, TokenCode: "523886"}})
	printed := map[string]any{
		"source by role": byRole, "its provider": byRole.Provider, "source by token": byToken, "the provider of that": byToken.Provider, "source in a field": struct{ s *credentials.Source }{byRole},
		"static source": fetched(credentials.Config{}), "config": credentials.Config{SecretKey: "canary", Role: &credentials.Role{TokenCode: "canary"}}, "role": credentials.Role{TokenCode: "canary"}, "identity": credentials.WebIdentity{Token: "canary"},
		"source by SAML": bySAML, "the provider by SAML": bySAML.Provider, "source by MFA": byMFA, "the provider by MFA": byMFA.Provider, "SAML": credentials.SAML{Assertion: "canary"}, "MFA": credentials.MFA{TokenCode: "canary"},
	}
	for _, name := range slices.Sorted(maps.Keys(printed)) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
			if text := fmt.Sprintf(verb, printed[name]); strings.Contains(text, "canary") || strings.Contains(text, "temporary-") || strings.Contains(text, "523886") || strings.Contains(text, saml[:8]) {
				t.Errorf("%s of the %s: %s", verb, name, text)
			}
		}
	}
}
