package credentials

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

// Environment variables of the official tencentcloud provider, and those that TKE
// sets in a pod.
const (
	EnvSecretID             = "TENCENTCLOUD_SECRET_ID"
	EnvSecretKey            = "TENCENTCLOUD_SECRET_KEY"
	EnvSecurityToken        = "TENCENTCLOUD_SECURITY_TOKEN"
	EnvProfile              = "TENCENTCLOUD_PROFILE"
	EnvSharedCredentialsDir = "TENCENTCLOUD_SHARED_CREDENTIALS_DIR"
	EnvCAMRoleName          = "TENCENTCLOUD_CAM_ROLE_NAME"

	EnvRoleARN         = "TENCENTCLOUD_ASSUME_ROLE_ARN"
	EnvRoleARNFile     = "TENCENTCLOUD_ASSUME_ROLE_ARNN_FILE" // the official spelling
	EnvSessionName     = "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME"
	EnvSessionDuration = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"
	EnvExternalID      = "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"
	EnvSourceIdentity  = "TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY"
	EnvSerialNumber    = "TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER"
	EnvTokenCode       = "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE"
	EnvProviderID      = "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID"
	EnvToken           = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN"
	EnvTokenFile       = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE"

	EnvSAMLAssertion   = "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION"
	EnvPrincipalARN    = "TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN"
	EnvMFASerialNumber = "TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER"
	EnvMFATokenCode    = "TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE"
	EnvMFADuration     = "TENCENTCLOUD_MFA_CERTIFICATION_DURATION_SECONDS"

	EnvTKERegion    = "TKE_REGION"
	EnvTKETokenFile = "TKE_WEB_IDENTITY_TOKEN_FILE"
	EnvTKEProvider  = "TKE_PROVIDER_ID"
	EnvTKERoleARN   = "TKE_ROLE_ARN"
)

const (
	defaultProfile = "default"
	podSession     = "terraform-provider-cos"
)

// Config is the credential configuration of the provider block. Empty fields and
// nil are arguments that are not set. The zero value takes everything from the
// environment.
type Config struct {
	SecretID, SecretKey, SecurityToken string
	Profile, SharedCredentialsDir      string
	CAMRoleName                        string
	PodOIDC                            bool
	Role                               *Role
	WebIdentity                        *WebIdentity
	SAML                               *SAML
	MFA                                *MFA

	Region           string // for calls to STS
	STSEndpoint      string
	MetadataEndpoint string
	RootCAs          *x509.CertPool // for STS; nil for the system's
	// Proxy returns the proxy for a call to STS; nil means none. The metadata
	// service is never called through a proxy.
	Proxy  func(*http.Request) (*url.URL, error)
	Getenv func(string) string // nil for an empty environment
	Now    func() time.Time    // nil for time.Now
	// Sleep waits before a retry. If it is nil, a timer is used.
	Sleep func(context.Context, time.Duration) error
}

// Format implements fmt.Formatter.
func (Config) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// Source is a source of credentials that New has found.
type Source struct {
	Provider
	// Name describes the source for a log.
	Name string
	// Region is the region of the profile that the credentials come from, or "".
	Region string
	// Warnings are sentences about settings that are ignored.
	Warnings []string
	// env is the variable by which the environment selects SAML or MFA, where
	// one of these is in use.
	env string
}

// NotFoundError is returned if no source has credentials. It lists the sources in
// the order in which they were tried, with the reasons.
type NotFoundError struct{ Tried []Tried }

// Tried is a source without credentials.
type Tried struct{ Source, Reason string }

func (e *NotFoundError) Error() string {
	lines := make([]string, len(e.Tried))
	for i, t := range e.Tried {
		lines[i] = "  - " + t.Source + ": " + t.Reason
	}
	return "no credentials were found:\n" + strings.Join(lines, "\n")
}

// Format implements fmt.Formatter. A source prints as its name.
func (s *Source) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.Name)) }

// Forget tells the provider that the credentials are no longer accepted.
func (s *Source) Forget(v Value) {
	if f, ok := s.Provider.(Forgetter); ok {
		f.Forget(v)
	}
}

// New finds the source of credentials. It reads files and the environment but
// sends no requests. The first source that is configured wins:
//
//  1. pod OIDC, if PodOIDC is set
//  2. a web identity, from WebIdentity or its variables
//  3. the role of the CVM instance
//  4. secret ID and secret key
//  5. a tccli profile
//
// With the credentials of 3 to 5, and with a web identity from variables if Role
// is set, New then assumes a role: that in Role, otherwise that in the variables,
// otherwise that of the profile. Its errors are *NotFoundError, or describe what
// is wrong with a source.
func New(cfg Config) (*Source, error) {
	if cfg.Getenv == nil {
		cfg.Getenv = func(string) string { return "" }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Sleep == nil {
		cfg.Sleep = sleep.For
	}
	f := finder{Config: cfg}
	service, err := f.service()
	if err != nil {
		return nil, err
	}
	f.sts = service
	return f.find()
}

type finder struct {
	Config
	sts   sts
	tried []Tried
}

func (f *finder) service() (sts, error) {
	text := f.STSEndpoint
	if text == "" {
		text = defaultSTSEndpoint
	}
	endpoint, err := ParseEndpoint(text, false)
	if err != nil {
		return sts{}, fmt.Errorf("sts_endpoint cannot be used: %w", err)
	}
	region := f.Region
	if region == "" {
		region = defaultSTSRegion
	}
	return sts{
		endpoint: endpoint, region: region, now: f.Now, sleep: f.Sleep,
		transport: &http.Transport{Proxy: f.Proxy, OnProxyConnectResponse: connected, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: f.RootCAs}, DisableKeepAlives: true},
	}, nil
}

func (f *finder) find() (*Source, error) {
	switch {
	case f.PodOIDC:
		return f.pod()
	case f.WebIdentity != nil:
		return f.webIdentity(*f.WebIdentity, "assume_role_with_web_identity")
	case f.SAML != nil:
		return f.saml(*f.SAML, "assume_role_with_saml")
	}
	mfa, err := f.mfa()
	if err != nil {
		return nil, err
	}
	base, err := f.base(mfa)
	if err != nil {
		return nil, err
	}
	base.Warnings = append(base.Warnings, f.ignored(base)...)
	return base, nil
}

// base finds what has credentials, and puts a role or an MFA session on top of
// it.
func (f *finder) base(mfa *MFA) (*Source, error) {
	identity, err := f.identity()
	switch {
	case err != nil:
		return nil, err
	case identity != nil && mfa != nil:
		return nil, mfaAndRole(identity.Name)
	case identity != nil && f.Role != nil:
		return f.assume(identity, *f.Role, "assume_role")
	case identity != nil:
		return identity, nil
	}
	f.no("assume_role_with_web_identity", fmt.Sprintf("there is no such block, and %s, %s and %s are not all set", EnvRoleARN, EnvSessionName, EnvToken))
	f.no("assume_role_with_saml", fmt.Sprintf("there is no such block, and %s, %s, %s and %s are not all set", EnvRoleARN, EnvSessionName, EnvSAMLAssertion, EnvPrincipalARN))
	f.no("enable_pod_oidc", "it is not true")
	s, profiles, err := f.keys()
	if err != nil {
		return nil, err
	}
	var role Role
	var name string
	switch {
	case f.Role != nil:
		role, name = *f.Role, "assume_role"
	case f.roleByVariables():
		name = "the environment's role"
	case f.Getenv(EnvRoleARN) != "":
		s.Warnings = append(s.Warnings, fmt.Sprintf("The environment variable %s is set without %s: no role is assumed.", EnvRoleARN, EnvSessionName))
	case profiles.ARN != "" && profiles.SessionName != "":
		role, name = profiles, "the profile's role"
	}
	switch {
	case name != "" && mfa != nil:
		return nil, mfaAndRole(name)
	case name != "":
		return f.assume(s, role, name)
	case mfa != nil:
		return f.openMFA(s, *mfa), nil
	}
	return s, nil
}

func (f *finder) roleByVariables() bool {
	return f.Getenv(EnvRoleARN) != "" && f.Getenv(EnvSessionName) != ""
}

// identity is the web identity or the SAML assertion of the environment, or nil.
func (f *finder) identity() (*Source, error) {
	token := f.Getenv(EnvToken)+f.Getenv(EnvTokenFile) != ""
	saml, principal := f.Getenv(EnvSAMLAssertion) != "", f.Getenv(EnvPrincipalARN) != ""
	switch {
	case !f.roleByVariables():
		return nil, nil
	case token && saml && principal:
		return nil, fmt.Errorf("the environment selects both a web identity and a SAML assertion for the role in %s: unset %s or %s", EnvRoleARN, EnvToken, EnvSAMLAssertion)
	case token:
		return f.webIdentity(WebIdentity{}, "the environment's web identity")
	case saml && principal:
		return f.saml(SAML{}, "the environment's SAML assertion")
	case (saml || principal) && f.Role == nil: // not a role for the key, which the variables do not ask for
		return nil, fmt.Errorf("the environment variables %s and %s belong together, and one of them is not set", EnvSAMLAssertion, EnvPrincipalARN)
	}
	return nil, nil
}

// keys returns the source of keys, and the role that a profile assumes with them.
func (f *finder) keys() (*Source, Role, error) {
	if name := f.or(f.CAMRoleName, EnvCAMRoleName); name != "" {
		text := f.MetadataEndpoint
		if text == "" {
			text = defaultMetadataEndpoint
		}
		endpoint, err := ParseEndpoint(text, true)
		if err != nil {
			return nil, Role{}, fmt.Errorf("metadata_endpoint cannot be used: %w", err)
		}
		role := &instanceRole{endpoint: endpoint, name: name, transport: &http.Transport{DisableKeepAlives: true}, sleep: f.Sleep}
		return &Source{Provider: NewCached(role, f.Now), Name: "the role " + name + " of this CVM instance"}, Role{}, nil
	}
	f.no("cam_role_name", neither("cam_role_name", EnvCAMRoleName))
	if s := f.static(); s != nil {
		return s, Role{}, nil
	}
	return f.profile()
}

// static returns keys from the arguments or their variables.
func (f *finder) static() *Source {
	v := Value{SecretID: f.or(f.SecretID, EnvSecretID), SecretKey: f.or(f.SecretKey, EnvSecretKey), SecurityToken: f.SecurityToken}
	if v.SecurityToken == "" && f.SecretID == "" && f.SecretKey == "" {
		v.SecurityToken = f.Getenv(EnvSecurityToken) // a token is valid only with the key that it was issued for
	}
	for _, part := range []struct{ name, env, value string }{{"secret_id", EnvSecretID, v.SecretID}, {"secret_key", EnvSecretKey, v.SecretKey}} {
		if part.value == "" {
			f.no(part.name, neither(part.name, part.env))
		}
	}
	if v.SecretID == "" || v.SecretKey == "" {
		return nil
	}
	return &Source{Provider: Static{v}, Name: "secret_id and secret_key"}
}

func (f *finder) profile() (*Source, Role, error) {
	name := f.or(f.Profile, EnvProfile)
	if name == "" {
		name = defaultProfile
	}
	source := fmt.Sprintf("profile %q", name)
	dir, err := f.credentialsDir()
	if err != nil {
		f.no(source, err.Error())
		return nil, Role{}, f.notFound()
	}
	files := profileFiles{name: name, dir: dir, now: f.Now}
	c, err := files.credential()
	if err != nil {
		f.no(source, err.Error())
		return nil, Role{}, f.notFound()
	}
	s := &Source{Provider: NewCached(files, f.Now), Name: "the " + source + " in " + dir, Region: files.region()}
	return s, Role{ARN: c.RoleARN, SessionName: c.RoleSessionName}, nil
}

func (f *finder) credentialsDir() (string, error) {
	dir := f.or(f.SharedCredentialsDir, EnvSharedCredentialsDir)
	rest, home := strings.CutPrefix(dir, "~")
	if dir != "" && (!home || rest != "" && rest[0] != '/' && rest[0] != '\\') {
		return dir, nil
	}
	variable := "HOME"
	if runtime.GOOS == "windows" {
		variable = "USERPROFILE"
	}
	base := f.Getenv(variable)
	if base == "" {
		return "", fmt.Errorf("the variable %s, which says where ~/.tccli is, is not set", variable)
	}
	if dir == "" {
		rest = ".tccli"
	}
	return filepath.Join(base, rest), nil
}

// pod returns the web identity that TKE provides to a pod.
func (f *finder) pod() (*Source, error) {
	var missing []string
	for _, name := range []string{EnvTKERegion, EnvTKETokenFile, EnvTKEProvider, EnvTKERoleARN} {
		if f.Getenv(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("enable_pod_oidc is true, and these environment variables are not set: %s. TKE sets them in a pod whose service account is bound to a CAM role", strings.Join(missing, ", "))
	}
	f.sts.region = f.Getenv(EnvTKERegion)
	identity := WebIdentity{ProviderID: f.Getenv(EnvTKEProvider), TokenFile: f.Getenv(EnvTKETokenFile), ARN: f.Getenv(EnvTKERoleARN), SessionName: podSession}
	return &Source{Provider: NewCached(&webIdentity{f.sts, identity}, f.Now), Name: "the OIDC identity of this pod"}, nil
}

func (f *finder) webIdentity(id WebIdentity, name string) (*Source, error) {
	id.ProviderID = f.or(id.ProviderID, EnvProviderID)
	if id.Token == "" && id.TokenFile == "" {
		id.Token, id.TokenFile = f.Getenv(EnvToken), f.Getenv(EnvTokenFile)
	}
	if id.ARN == "" && id.ARNFile == "" {
		id.ARN, id.ARNFile = f.Getenv(EnvRoleARN), f.Getenv(EnvRoleARNFile)
	}
	id.SessionName = f.or(id.SessionName, EnvSessionName)
	var err error
	if id.Session, err = f.session(id.Session); err != nil {
		return nil, err
	}
	switch {
	case id.Token+id.TokenFile == "":
		return nil, fmt.Errorf("%s needs web_identity_token or web_identity_token_file, or one of the environment variables %s and %s", name, EnvToken, EnvTokenFile)
	case id.ARN+id.ARNFile == "":
		return nil, fmt.Errorf("%s needs role_arn or role_arn_file, or the environment variable %s", name, EnvRoleARN)
	case id.SessionName == "":
		return nil, fmt.Errorf("%s needs session_name, or the environment variable %s", name, EnvSessionName)
	}
	return &Source{Provider: NewCached(&webIdentity{f.sts, id}, f.Now), Name: name}, nil
}

// assume adds a role to a source.
func (f *finder) assume(base *Source, role Role, name string) (*Source, error) {
	role.ARN = f.or(role.ARN, EnvRoleARN)
	role.SessionName = f.or(role.SessionName, EnvSessionName)
	role.ExternalID = f.or(role.ExternalID, EnvExternalID)
	role.SourceIdentity = f.or(role.SourceIdentity, EnvSourceIdentity)
	role.SerialNumber = f.or(role.SerialNumber, EnvSerialNumber)
	role.TokenCode = f.or(role.TokenCode, EnvTokenCode)
	var err error
	if role.Session, err = f.session(role.Session); err != nil {
		return nil, err
	}
	switch {
	case role.ARN == "":
		return nil, fmt.Errorf("%s needs role_arn, or the environment variable %s", name, EnvRoleARN)
	case role.SessionName == "":
		return nil, fmt.Errorf("%s needs session_name, or the environment variable %s", name, EnvSessionName)
	case role.SerialNumber != "" && role.TokenCode == "":
		return nil, fmt.Errorf("%s has the serial_number of an MFA device and no token_code: set both, here or in the environment variables %s and %s", name, EnvSerialNumber, EnvTokenCode)
	case role.SerialNumber == "" && role.TokenCode != "":
		return nil, fmt.Errorf("%s has the token_code of an MFA device and no serial_number: set both, here or in the environment variables %s and %s", name, EnvSerialNumber, EnvTokenCode)
	}
	assumed := *base
	assumed.Provider = NewCached(&assumeRole{sts: f.sts, role: role, source: base.Provider, code: &mfaCode{code: role.TokenCode}}, f.Now)
	assumed.Name = fmt.Sprintf("%s %s, assumed with %s", name, role.ARN, base.Name)
	return &assumed, nil
}

func (f *finder) session(d time.Duration) (time.Duration, error) {
	return f.seconds(d, EnvSessionDuration, MaxSession)
}

// seconds is a lifetime, or that of a variable where it is 0.
func (f *finder) seconds(d time.Duration, env string, most time.Duration) (time.Duration, error) {
	text := f.Getenv(env)
	if d > 0 || text == "" {
		return d, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 0 || seconds > int(most/time.Second) {
		return 0, fmt.Errorf("the environment variable %s holds %q, which is not a number of seconds from 0 to %d", env, text, int(most/time.Second))
	}
	return time.Duration(seconds) * time.Second, nil
}

// ignored says which variables of SAML and MFA the source does not come from.
func (f *finder) ignored(s *Source) []string {
	var warnings []string
	for _, set := range []struct{ env, other, what string }{
		{EnvSAMLAssertion, EnvPrincipalARN, "no role is assumed with it"},
		{EnvMFASerialNumber, EnvMFATokenCode, "no MFA session is opened"},
	} {
		name, missing := set.env, set.other
		if f.Getenv(name) == "" {
			name, missing = missing, name
		}
		if f.Getenv(name) == "" || s.env == set.env {
			continue
		}
		reason := "the credentials come from " + s.Name
		if f.Getenv(missing) == "" {
			reason = missing + " is not"
		} else if set.env == EnvSAMLAssertion && !f.roleByVariables() {
			reason = EnvRoleARN + " and " + EnvSessionName + " are not both"
		}
		warnings = append(warnings, fmt.Sprintf("The environment variable %s is set, and %s: %s.", name, reason, set.what))
	}
	return warnings
}

func (f *finder) notFound() error {
	for _, set := range []struct{ env, other, missing string }{
		{EnvSAMLAssertion, EnvPrincipalARN, "a role by SAML needs these two, " + EnvRoleARN + " and " + EnvSessionName},
		{EnvMFASerialNumber, EnvMFATokenCode, "an MFA session needs these two, and an API key to open it with"},
	} {
		if f.Getenv(set.env)+f.Getenv(set.other) != "" {
			f.no(set.env+" and "+set.other, set.missing)
		}
	}
	if f.Getenv(EnvTKETokenFile) != "" {
		f.no(EnvTKETokenFile, "it is set: with enable_pod_oidc = true the identity of this pod is used")
	}
	return &NotFoundError{f.tried}
}

func (f *finder) no(source, reason string) { f.tried = append(f.tried, Tried{source, reason}) }

func (f *finder) or(value, env string) string {
	if value != "" {
		return value
	}
	return f.Getenv(env)
}

func neither(name, env string) string {
	return fmt.Sprintf("neither the argument %q of the provider block nor the environment variable %s is set", name, env)
}
