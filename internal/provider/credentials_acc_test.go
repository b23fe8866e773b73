package provider_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/stsmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// account starts a COS server and the services that issue credentials for it.
func account(t *testing.T, change func(*stsmock.Options)) (*acctest.World, *stsmock.Server) {
	t.Helper()
	w := acctest.New(t, func(o *cosmock.Options) { o.SecretID, o.SecretKey = "my-secret-id", "my-secret-key" })
	opts := stsmock.Options{
		Keys:          []stsmock.Credential{{SecretID: "my-secret-id", SecretKey: "my-secret-key"}},
		Roles:         map[string]stsmock.Role{"my-role-arn": {}},
		InstanceRoles: []string{"my-cam-role-name"},
		Issued: func(c stsmock.Credential) {
			w.AddCredential(cosmock.Credential{SecretID: c.SecretID, SecretKey: c.SecretKey, SessionToken: c.Token, Expires: c.Expires})
		},
	}
	if change != nil {
		change(&opts)
	}
	s := stsmock.Start(opts)
	t.Cleanup(s.Close)
	return w, s
}

// block returns a provider block with an example's lines and the arguments that point it at the test's servers.
func block(w *acctest.World, s *stsmock.Server, lines string) string {
	return "provider \"cos\" {\n" + lines + "\n" + strings.Join([]string{
		"endpoint = " + acctest.Quote(w.URL()),
		"ca_certificate_file = " + acctest.Quote(w.CAFile()),
		"sts_endpoint = " + acctest.Quote(s.URL()),
		"metadata_endpoint = " + acctest.Quote(s.URL()),
	}, "\n") + "\n}\n"
}

// identifier makes the name of a row that of a provider or resource.
func identifier(row string) string {
	return strings.NewReplacer(" ", "-", ",", "").Replace(strings.ToLower(row))
}

// named gives the provider and the resource of a configuration the name of a row, so that several rows fit into one. A
// CLI that attaches to a running provider would configure all of its aliases in the same process.
func named(row, config string) string {
	name := acctest.Quote(identifier(row))
	return strings.NewReplacer(
		`provider "cos" {`, "provider "+name+" {",
		`"test" {`, name+" {\n  provider = "+identifier(row),
	).Replace(config)
}

// aliased is like named, for a CLI that starts the provider as a program, and a process for each alias.
func aliased(row, config string) string {
	return strings.NewReplacer(
		`provider "cos" {`, "provider \"cos\" {\n  alias = "+acctest.Quote(identifier(row)),
		`"test" {`, acctest.Quote(identifier(row))+" {\n  provider = cos."+identifier(row),
	).Replace(config)
}

const object = "server_side_encryption = \"AES256\"\ncontent = \"hello\""

// samlAssertion is valid base64, unlike the assertion in the official example.
const samlAssertion = "bXktc2FtbC1hc3NlcnRpb24="

// The documented examples of the official tencentcloud provider work unchanged except for paths and the region: each
// creates an object. Those that need no environment are applied in one configuration.
//
// With our runner: the test sets the whole environment of the others, for which it runs the provider as a separate
// process.
func TestAccOfficialExamples(t *testing.T) {
	t.Parallel()
	const region = "region     = \"ap-guangzhou\"\n"
	const pair = "secret_id  = \"my-secret-id\"\nsecret_key = \"my-secret-key\"\n" + region
	web := map[string]stsmock.Role{"my-role-arn": {WebIdentityToken: "my-web-identity-token", ProviderID: "OIDC"}}
	table := map[string]struct {
		lines     string
		env       []string
		files     map[string]string
		roles     map[string]stsmock.Role
		actions   []string // of STS and metadata
		permanent bool     // requests are signed with the configured key itself
	}{
		"static credentials":    {lines: pair, permanent: true},
		"environment variables": {env: []string{"TENCENTCLOUD_SECRET_ID=my-secret-id", "TENCENTCLOUD_SECRET_KEY=my-secret-key"}, permanent: true},
		"assume role": {lines: pair + `
  assume_role {
    role_arn         = "my-role-arn"
    session_name     = "my-session-name"
    policy           = "my-role-policy"
    session_duration = 3600
  }`, actions: []string{"AssumeRole"}},
		"assume role with MFA": {lines: pair + `
  assume_role {
    role_arn         = "my-role-arn"
    session_name     = "my-session-name"
    policy           = "my-role-policy"
    session_duration = 3600
    serial_number    = "qcs::cam:uin/{my-uin}::mfa/softToken"
    token_code       = "523886"
  }`, roles: map[string]stsmock.Role{"my-role-arn": {SerialNumber: "qcs::cam:uin/{my-uin}::mfa/softToken", Code: "523886"}}, actions: []string{"AssumeRole"}},
		"assume role by variables": {env: []string{
			"TENCENTCLOUD_SECRET_ID=my-secret-id", "TENCENTCLOUD_SECRET_KEY=my-secret-key", "TENCENTCLOUD_ASSUME_ROLE_ARN=my-role-arn",
			"TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=my-session-name", "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=3600",
			"TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER=my-serial-number", "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE=my-token-code",
		}, roles: map[string]stsmock.Role{"my-role-arn": {SerialNumber: "my-serial-number", Code: "my-token-code"}}, actions: []string{"AssumeRole"}},
		"SAML": {lines: region + `
  assume_role_with_saml {
    role_arn         = "my-role-arn"
    session_name     = "my-session-name"
    session_duration = 3600
    saml_assertion   = "` + samlAssertion + `"
    principal_arn    = "my-principal-arn"
  }`, roles: map[string]stsmock.Role{"my-role-arn": {SAMLAssertion: samlAssertion, PrincipalARN: "my-principal-arn"}}, actions: []string{"AssumeRoleWithSAML"}},
		"MFA": {lines: pair + `
  mfa_certification {
    serial_number    = "qcs::cam:uin/{my-uin}::mfa/softToken"
    token_code       = "523886"
    duration_seconds = 1800
  }`, actions: []string{"GetSessionToken"}},
		"web identity": {lines: region + `
  assume_role_with_web_identity {
    provider_id        = "OIDC"
    role_arn           = "my-role-arn"
    session_name       = "my-session-name"
    session_duration   = 3600
    web_identity_token = "my-web-identity-token"
  }`, roles: web, actions: []string{"AssumeRoleWithWebIdentity"}},
		"web identity by a file": {lines: region + `
  assume_role_with_web_identity {
    provider_id             = "OIDC"
    role_arn                = "my-role-arn"
    session_name            = "my-session-name"
    session_duration        = 3600
    web_identity_token_file = "{dir}/web-identity-token-file"
  }`, files: map[string]string{"web-identity-token-file": "{\n    \"web_identity_token\": \"my-web-identity-token\"\n}\n"}, roles: web, actions: []string{"AssumeRoleWithWebIdentity"}},
		"web identity by variables": {env: []string{
			"TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION=3600", "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN=my-web-identity-token", "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID=OIDC",
			"TENCENTCLOUD_ASSUME_ROLE_ARN=my-role-arn", "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME=my-session-name",
		}, roles: web, actions: []string{"AssumeRoleWithWebIdentity"}},
		"pod OIDC": {lines: "enable_pod_oidc = true", env: []string{"TKE_REGION=ap-guangzhou", "TKE_WEB_IDENTITY_TOKEN_FILE={dir}/token", "TKE_PROVIDER_ID=OIDC", "TKE_ROLE_ARN=my-role-arn"},
			files: map[string]string{"token": "my-web-identity-token"}, roles: web, actions: []string{"AssumeRoleWithWebIdentity"}},
		"CAM role name":             {lines: region + `cam_role_name = "my-cam-role-name"`, actions: []string{"metadata"}},
		"CAM role name by variable": {env: []string{"TENCENTCLOUD_CAM_ROLE_NAME=my-cam-role-name"}, actions: []string{"metadata"}},
		"CAM role name, assume role": {lines: region + `
  cam_role_name = "my-cam-role-name"

  assume_role {
    role_arn         = "my-role-arn"
    session_name     = "my-session-name"
    policy           = "my-role-policy"
    session_duration = 3600
    external_id      = "my-external-id"
  }`, roles: map[string]stsmock.Role{"my-role-arn": {ExternalID: "my-external-id"}}, actions: []string{"metadata", "AssumeRole"}},
		"shared credentials": {lines: "shared_credentials_dir = \"{dir}\"\nprofile = \"default\"", permanent: true,
			files: map[string]string{"default.credential": `{"secretId": "my-secret-id", "secretKey": "my-secret-key"}`, "default.configure": `{"_sys_param": {"region": "ap-guangzhou"}}`}},
	}
	// start returns the servers of an example, and its configuration.
	start := func(t *testing.T, ws *acctest.Workspace, name string) (example, string) {
		t.Helper()
		tc := table[name]
		w, s := account(t, func(o *stsmock.Options) {
			if tc.roles != nil {
				o.Roles = tc.roles
			}
			// Plan and apply configure the provider separately, and each sends the code.
			o.Devices, o.ReuseCodes = map[string][]string{"qcs::cam:uin/{my-uin}::mfa/softToken": {"523886"}}, true
		})
		for file, text := range tc.files {
			ws.Write(file, text)
		}
		return example{w, s}, block(w, s, strings.ReplaceAll(tc.lines, "{dir}", ws.Dir)) + w.Object("a", object)
	}
	t.Run("by arguments", func(t *testing.T) {
		t.Parallel()
		ws, examples, config := acctest.NewWorkspace(t), map[string]example{}, ""
		ws.Others = map[string]func() tfprotov6.ProviderServer{}
		for name, tc := range table {
			if tc.env == nil {
				servers, text := start(t, ws, name)
				examples[name], config = servers, config+named(name, text)
				ws.Others["hashicorp/"+identifier(name)] = provider.Server("test")
			}
		}
		ws.Config(config)
		ws.Apply()
		for name, servers := range examples {
			t.Run(name, func(t *testing.T) { servers.check(t, table[name].actions, table[name].permanent) })
		}
	})
	binary := acctest.Build(t)
	for name, tc := range table {
		if tc.env == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			servers, config := start(t, ws, name)
			ws.Binary, ws.Env = binary, []string{"TENCENTCLOUD_REGION=" + servers.cos.Region()}
			for _, kv := range tc.env {
				ws.Env = append(ws.Env, strings.ReplaceAll(kv, "{dir}", ws.Dir))
			}
			ws.Config(config)
			ws.Apply()
			servers.check(t, tc.actions, tc.permanent)
		})
	}
}

// example holds the servers of a row.
type example struct {
	cos *acctest.World
	sts *stsmock.Server
}

// check compares the calls to STS and metadata, and looks at who signed the requests to COS: the configured key itself
// if permanent is set, temporary credentials otherwise.
func (e example) check(t *testing.T, want []string, permanent bool) {
	t.Helper()
	for _, r := range e.cos.Requests() {
		if slices.Contains(r.HeaderNames, "x-cos-security-token") == permanent {
			t.Errorf("%s: the wrong credentials signed", acctest.Call(r))
		}
	}
	if _, ok := e.cos.Stored("a"); !ok {
		t.Error("there is no object")
	}
	// Plan and apply configure the provider once each.
	var actions []string
	for _, c := range e.sts.Calls() {
		actions = append(actions, c.Action)
		if c.Action == "GetSessionToken" {
			if c.Duration != 1800 {
				t.Errorf("%+v", c)
			}
			continue
		}
		if c.Action != "metadata" && (c.SessionName != "my-session-name" && c.SessionName != "terraform-provider-cos" || c.Duration != 3600 && c.Duration != 7200) {
			t.Errorf("%+v", c)
		}
	}
	if len(actions)%max(len(want), 1) != 0 || len(actions) < len(want) || len(want) > 0 && !slices.Equal(actions[:len(want)], want) || len(want) == 0 && len(actions) > 0 {
		t.Errorf("calls %v, want %v", actions, want)
	}
}

var samlExpired = base64.StdEncoding.EncodeToString([]byte(`<Response><Assertion><Conditions NotOnOrAfter="2023-11-14T22:13:20Z"/></Assertion></Response>`))

// brokenCredentials is a row of TestAccBrokenCredentials.
type brokenCredentials struct {
	lines string
	stage string // at which the run fails: validate, plan or apply
	says  []string
}

// Missing or invalid credentials are reported once, not for each object. The rows that fail at the same stage share a
// configuration, with a provider each.
func TestAccBrokenCredentials(t *testing.T) {
	t.Parallel()
	table := map[string]brokenCredentials{
		"a role that does not exist": {"secret_id = \"my-secret-id\"\nsecret_key = \"my-secret-key\"\nassume_role {\nrole_arn = \"gone\"\nsession_name = \"s\"\n}",
			"plan", []string{"Error: Unable to Get Credentials", "The credentials of the provider come from assume_role gone, assumed with secret_id and secret_key and could not be obtained", "ResourceNotFound.RoleNotFound"}},
		"a role of no instance": {`cam_role_name = "gone"`, "plan", []string{"Error: Unable to Get Credentials", "no such role is bound to this instance"}},
		"no profile":            {`profile = "gone"` + "\n" + `shared_credentials_dir = "nowhere"`, "plan", []string{"Error: No Tencent Cloud Credentials", `neither the argument "cam_role_name"`, `profile "gone": there is no file`, "gone.credential"}},
		"outside of a pod":      {"enable_pod_oidc = true", "plan", []string{"Error: Unable to Find Credentials", "TKE_REGION"}},
		"several at once": {"enable_pod_oidc = true\nassume_role {}\nassume_role_with_web_identity {}\nassume_role_with_saml {}\nmfa_certification {}",
			"validate", []string{"Error: Conflicting Credentials", "enable_pod_oidc, assume_role_with_web_identity, assume_role_with_saml, assume_role, mfa_certification"}},
		"an expired assertion": {"assume_role_with_saml {\nrole_arn = \"federated\"\nsession_name = \"s\"\nprincipal_arn = \"p\"\nsaml_assertion = \"" + samlExpired + "\"\n}",
			"plan", []string{"Error: Unable to Get Credentials", "The credentials of the provider come from assume_role_with_saml and could not be obtained", "was valid until 2023-11-14T22:13:20Z"}},
		"a code that was used": {"region = \"ap-guangzhou\"\nsecret_id = \"my-secret-id\"\nsecret_key = \"my-secret-key\"\nmfa_certification {\nserial_number = \"n\"\ntoken_code = \"523886\"\n}",
			"apply", []string{"Error: Unable to Get Credentials", "FailedOperation.CheckMFAError", "run again with the next code"}},
		"a session of MFA too long": {"mfa_certification {\nduration_seconds = 129601\n}", "validate", []string{"Invalid Session Duration", "duration_seconds is a number of seconds from 0 to 129600"}},
		"two roles":                 {"assume_role {}\nassume_role {}", "validate", []string{`Only one block of type "assume_role" is allowed`}},
		"a session too long":        {"assume_role {\nsession_duration = 43201\n}", "validate", []string{"Invalid Session Duration", "from 0 to 43200"}},
		"an STS in the clear":       {`sts_endpoint = "http://sts.tencentcloudapi.com"`, "validate", []string{"Invalid Endpoint", "sts_endpoint"}},
	}
	for _, stage := range []string{"validate", "plan", "apply"} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			config, worlds, factories := "", map[string]*acctest.World{}, map[string]func() (tfprotov6.ProviderServer, error){}
			for name, tc := range table {
				if tc.stage != stage {
					continue
				}
				w, s := account(t, func(o *stsmock.Options) {
					o.Devices = map[string][]string{"n": {"523886"}}
					o.Roles["federated"] = stsmock.Role{SAMLAssertion: samlExpired, PrincipalARN: "p", SAMLEnds: time.Unix(1_700_000_000, 0)}
				})
				provider := block(w, s, tc.lines)
				if strings.Contains(tc.lines, "sts_endpoint") {
					provider = "provider \"cos\" {\n" + tc.lines + "\n}\n"
				}
				worlds[name], factories[identifier(name)] = w, w.Factories()["cos"]
				config += named(name, provider+strings.Replace(w.Object("a-${count.index}", "count = 3", object), "$${", "${", 1))
			}
			failed := false
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				// ExpectError cannot tell the rows apart.
				ErrorCheck: func(err error) error {
					failed = true
					return saidOnce(err, worlds, table)
				},
				Steps: []resource.TestStep{{Config: config}},
			})
			if !failed {
				t.Error("nothing failed")
			}
		})
	}
}

// providerOfError matches the provider block that an error of the CLI shows.
var providerOfError = regexp.MustCompile(`in provider "([\w-]+)"`)

// saidOnce compares the errors of a run with what its rows say: one error each, shown in the provider block of the row.
func saidOnce(err error, worlds map[string]*acctest.World, table map[string]brokenCredentials) error {
	var wrong []error
	said := map[string][]string{}
	for _, text := range strings.Split("\n"+err.Error(), "\nError: ")[1:] {
		of := ""
		if row := providerOfError.FindStringSubmatch(text); row != nil {
			of = row[1]
		}
		said[of] = append(said[of], "Error: "+text)
	}
	for name, w := range worlds {
		errs, says := said[identifier(name)], table[name].says
		if len(errs) != 1 || !acctest.Error(says...).MatchString(errs[0]) {
			wrong = append(wrong, fmt.Errorf("%s: want one error that says %q, got %q", name, says, errs))
		}
		if strings.HasPrefix(says[0], "Error: ") {
			if once := w.SaysTimes(1, says[0])(); once != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", name, once))
			}
		}
		delete(said, identifier(name))
	}
	if len(said) > 0 {
		wrong = append(wrong, fmt.Errorf("errors of no row: %q", said))
	}
	return errors.Join(wrong...)
}

// A plan succeeds while credentials are unknown.
func TestAccUnknownCredentials(t *testing.T) {
	t.Parallel()
	w, s := account(t, nil)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			Config: "resource \"terraform_data\" \"role\" {\n  input = \"my-role-arn\"\n}\n" +
				block(w, s, "region = \"ap-guangzhou\"\nsecret_id = \"my-secret-id\"\nsecret_key = \"my-secret-key\"\nassume_role {\nrole_arn = terraform_data.role.output\nsession_name = \"s\"\n}") +
				w.Object("a", object),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Check(func() error {
				if calls := s.Calls(); len(calls) == 0 || calls[0].RoleARN != "my-role-arn" {
					return fmt.Errorf("calls %+v", calls)
				}
				return nil
			})},
		}},
	})
}

// Sessions that expire during an apply are renewed, and no request is refused. The server's latency makes the apply
// last at least three sessions. The server accepts expired sessions for a while, because requests may be late on a slow
// machine; internal/cosclient tests expiry with a fake clock.
//
// With our runner: -parallelism limits the apply to one object at a time.
func TestAccCredentialsAreRenewed(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	w := acctest.New(t, func(o *cosmock.Options) {
		o.SecretID, o.SecretKey, o.Latency = "my-secret-id", "my-secret-key", 150*time.Millisecond
	})
	s := stsmock.Start(stsmock.Options{
		Keys: []stsmock.Credential{{SecretID: "my-secret-id", SecretKey: "my-secret-key"}}, Roles: map[string]stsmock.Role{"my-role-arn": {}}, MaxSession: 4 * time.Second,
		Issued: func(c stsmock.Credential) {
			w.AddCredential(cosmock.Credential{SecretID: c.SecretID, SecretKey: c.SecretKey, SessionToken: c.Token, Expires: c.Expires.Add(time.Hour)})
		},
	})
	t.Cleanup(s.Close)
	ws.Config(block(w, s, "region = \"ap-guangzhou\"\nsecret_id = \"my-secret-id\"\nsecret_key = \"my-secret-key\"\nassume_role {\nrole_arn = \"my-role-arn\"\nsession_name = \"s\"\n}"),
		strings.Replace(w.Object("a-${count.index}", "count = 20", object), "$${", "${", 1))
	ws.Apply("-parallelism=1")
	for _, r := range w.Requests() {
		if r.Status/100 != 2 && r.Status != 404 {
			t.Errorf("%s", acctest.Call(r))
		}
	}
	if n := len(s.Calls()); n < 3 {
		t.Errorf("%d sessions of four seconds for %d requests of 0.15 s", n, len(w.Requests()))
	}
}

// No secret of a credential source appears in a TRACE log, the state, or a plan.
//
// With our runner: the provider runs as a separate process and writes a trace log.
func TestAccCredentialsLeak(t *testing.T) {
	t.Parallel()
	const token, profileKey, code = "canary-web-identity-token", "canary-profile-secret", "canary-code"
	const next = "canary-next-code"
	saml := base64.StdEncoding.EncodeToString([]byte("<Response>canary-saml-assertion</Response>"))
	const refused, mfa = "profile and role", "MFA"
	table := map[string]struct{ lines, source string }{
		"web identity": {"assume_role_with_web_identity {\nrole_arn = \"web\"\nsession_name = \"s\"\nweb_identity_token_file = \"{dir}/token\"\n}", "assume_role_with_web_identity"},
		refused:        {"shared_credentials_dir = \"{dir}\"\nassume_role {\nrole_arn = \"mfa\"\nsession_name = \"s\"\nserial_number = \"n\"\ntoken_code = var.code\n}\n", "assume_role mfa"},
		"SAML":         {"assume_role_with_saml {\nrole_arn = \"saml\"\nsession_name = \"s\"\nprincipal_arn = \"p\"\nsaml_assertion = var.assertion\n}", "assume_role_with_saml"},
		mfa:            {"secret_id = \"my-secret-id\"\nsecret_key = \"my-secret-key\"\nmfa_certification {\nserial_number = \"n\"\ntoken_code = var.session\n}", "mfa_certification"},
		"instance":     {`cam_role_name = "my-cam-role-name"`, "the role my-cam-role-name"},
	}
	ws, servers, config := acctest.NewWorkspace(t), map[string]example{}, ""
	ws.Binary = acctest.Build(t)
	for name, tc := range table {
		w, s := account(t, func(o *stsmock.Options) {
			o.Keys = append(o.Keys, stsmock.Credential{SecretID: "AKIDprofile", SecretKey: profileKey})
			o.Roles = map[string]stsmock.Role{"web": {WebIdentityToken: token, ProviderID: "OIDC"}, "mfa": {SerialNumber: "n", Code: code}, "saml": {SAMLAssertion: saml, PrincipalARN: "p"}}
			o.Devices = map[string][]string{"n": {code, next}}
		})
		servers[name] = example{w, s}
		config += aliased(name, block(w, s, strings.ReplaceAll(tc.lines, "{dir}", ws.Dir))+w.Object("a", object))
	}
	for _, name := range []string{"assertion", "code", "session"} {
		config += "variable " + acctest.Quote(name) + " {\n  sensitive = true\n  ephemeral = true\n}\n"
	}
	ws.Config(config)
	ws.Write("token", token)
	ws.Write("default.credential", fmt.Sprintf(`{"secretId": "AKIDprofile", "secretKey": %q}`, profileKey))
	log := filepath.Join(t.TempDir(), "trace.log")
	ws.Env = []string{"TENCENTCLOUD_REGION=ap-guangzhou", "TF_LOG=TRACE", "TF_LOG_PATH=" + log, "TF_VAR_assertion=" + saml, "TF_VAR_code=" + code, "TF_VAR_session=" + code}
	if r := ws.Run("plan", "-out=plan"); r.Code != 0 {
		t.Fatal(r.Output())
	}
	ws.Env = append(ws.Env, "TF_VAR_session="+next) // an ephemeral value may differ between plan and apply
	// The role's MFA code is refused the second time; only the output matters here.
	out := ws.Fail("apply", "plan")
	if n := strings.Count(out.Output(), "Error: "); n != 1 {
		t.Errorf("%d errors, want that of %s:\n%s", n, refused, out.Output())
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := os.ReadFile(filepath.Join(ws.Dir, "plan"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range table {
		if _, stored := servers[name].cos.Stored("a"); stored == (name == refused) {
			t.Errorf("%s: there is an object: %t\n%s", name, stored, out.Output())
		}
		// Once in the plan and once in the apply.
		if n := len(regexp.MustCompile(`Credentials found: .*source="?`+tc.source).FindAll(text, -1)); n != 2 {
			t.Errorf("%s: the log has %d lines of the provider about its credentials: nothing is proven", name, n)
		}
	}
	if n := len(servers[mfa].sts.Calls()); n != 2 {
		t.Errorf("%s: %d sessions for a plan and an apply", mfa, n)
	}
	all := string(text) + string(plan) + out.Output() + ws.State()
	for _, secret := range []string{token, profileKey, code, next, saml, "canary-saml-assertion", "temporary-secret-1", "temporary-token-1", "temporary-secret-2", "temporary-token-2", "my-secret-key"} {
		for form, written := range map[string]string{
			"raw": secret, "base64": base64.StdEncoding.EncodeToString([]byte(secret)), "hex": hex.EncodeToString([]byte(secret)), "a URL": url.QueryEscape(secret),
		} {
			if i := strings.Index(all, written); i >= 0 {
				t.Errorf("%s is there as %s: %s", secret, form, all[max(0, i-200):min(len(all), i+100)])
			}
		}
	}
}
