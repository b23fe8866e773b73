package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

// credentialAttributes returns the top-level arguments that configure
// credentials. Their names are those of the official tencentcloud provider,
// except for the two endpoints.
func credentialAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"secret_id":              argument("SecretId of the API key.", credentials.EnvSecretID),
		"secret_key":             secretArgument("SecretKey of the API key.", credentials.EnvSecretKey),
		"security_token":         secretArgument("Token of temporary credentials.", credentials.EnvSecurityToken),
		"profile":                argument("Profile of the official command line (tccli) whose credentials are used if no API key is set. Default `default`.", credentials.EnvProfile),
		"shared_credentials_dir": argument("Folder of the profiles. Default `~/.tccli`.", credentials.EnvSharedCredentialsDir),
		"cam_role_name":          argument("CAM role of the CVM instance that Terraform runs on. Its credentials come from the instance's metadata service and take precedence over an API key.", credentials.EnvCAMRoleName),
		"enable_pod_oidc": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to use the OIDC identity of a TKE pod, which TKE provides in the environment variables `TKE_REGION`, `TKE_WEB_IDENTITY_TOKEN_FILE`, `TKE_PROVIDER_ID` and `TKE_ROLE_ARN`. Default `false`.",
		},
		"sts_endpoint": argument("Address of the Security Token Service, a host or a URL without a path, as in `sts.internal.tencentcloudapi.com`. Default `https://sts.tencentcloudapi.com`. "+
			"There is no environment variable for it: a stray one must not redirect credentials.", ""),
		"metadata_endpoint": argument("Address of the metadata service of the CVM instance. Default `http://metadata.tencentyun.com`. There is no environment variable for it.", ""),
	}
}

// argument returns an optional argument with an environment variable as fallback.
func argument(text, env string) schema.StringAttribute {
	if env != "" {
		text += " Can be set with the environment variable `" + env + "`."
	}
	return schema.StringAttribute{Optional: true, MarkdownDescription: text}
}

func secretArgument(text, env string) schema.StringAttribute {
	a := argument(text, env)
	a.Sensitive = true
	return a
}

const (
	blockRole        = "assume_role"
	blockWebIdentity = "assume_role_with_web_identity"
	blockSAML        = "assume_role_with_saml"
	blockMFA         = "mfa_certification"

	durationSession = "session_duration"
	durationMFA     = "duration_seconds"
)

// credentialBlocks returns the nested credential arguments. They are blocks, not
// attributes, so that blocks of the official provider can be pasted. Nothing is
// required, because the environment can supply the arguments that the official
// provider requires.
func credentialBlocks() map[string]schema.Block {
	duration := lifetime("Sessions are renewed before they expire", credentials.MaxSession, credentials.DefaultSession, credentials.EnvSessionDuration)
	return map[string]schema.Block{
		blockRole: schema.SingleNestedBlock{
			MarkdownDescription: "A CAM role to assume with these credentials.",
			Attributes: map[string]schema.Attribute{
				"role_arn":        argument("The role, as in `qcs::cam::uin/100000000001:roleName/terraform`. Required, here or as environment variable.", credentials.EnvRoleARN),
				"session_name":    argument("Name of the session, which audit logs show. Required, here or as environment variable.", credentials.EnvSessionName),
				durationSession:   duration,
				"policy":          argument("A policy (JSON) that further restricts the permissions of the role.", ""),
				"external_id":     argument("External ID that the trust policy of the role may require.", credentials.EnvExternalID),
				"source_identity": argument("The uin of the caller.", credentials.EnvSourceIdentity),
				"serial_number":   argument("The MFA device of the caller, as in `qcs::cam:uin/100000000001::mfa/softToken`. Requires `token_code`.", credentials.EnvSerialNumber),
				"token_code":      secretArgument("Current code of the MFA device. It is sent once and is valid for one session, which cannot be renewed.", credentials.EnvTokenCode),
			},
		},
		blockWebIdentity: schema.SingleNestedBlock{
			MarkdownDescription: "A CAM role to assume with a token from an identity provider (OIDC). No API key is needed.",
			Attributes: map[string]schema.Attribute{
				"provider_id":             argument("Name of the identity provider. Default `OIDC`.", credentials.EnvProviderID),
				"role_arn":                argument("The role. Required, here, with `role_arn_file` or as environment variable.", credentials.EnvRoleARN),
				"role_arn_file":           argument("Path of a file that contains the role.", credentials.EnvRoleARNFile),
				"session_name":            argument("Name of the session, which audit logs show. Required, here or as environment variable.", credentials.EnvSessionName),
				"session_duration":        duration,
				"web_identity_token":      secretArgument("The token. It takes precedence over `web_identity_token_file`.", credentials.EnvToken),
				"web_identity_token_file": argument("Path of a file that contains the token, or a JSON object with a `web_identity_token`. It is read again for each session.", credentials.EnvTokenFile),
			},
		},
		blockSAML: schema.SingleNestedBlock{
			MarkdownDescription: "A CAM role to assume with an assertion from an identity provider (SAML 2.0). No API key is needed.",
			Attributes: map[string]schema.Attribute{
				"saml_assertion": secretArgument("The assertion in base64, as the identity provider posts it. Required, here or as environment variable.", credentials.EnvSAMLAssertion),
				"principal_arn":  argument("The identity provider in CAM, as in `qcs::cam::uin/100000000001:saml-provider/idp`. Required, here or as environment variable.", credentials.EnvPrincipalARN),
				"role_arn":       argument("The role. Required, here or as environment variable.", credentials.EnvRoleARN),
				"session_name":   argument("Name of the session, which audit logs show. Required, here or as environment variable.", credentials.EnvSessionName),
				durationSession:  lifetime("A session can be renewed only while its assertion is valid", credentials.MaxSession, credentials.DefaultSession, credentials.EnvSessionDuration),
			},
		},
		blockMFA: schema.SingleNestedBlock{
			MarkdownDescription: "An MFA session of the user that the API key belongs to. The key must be permanent. It cannot be combined with a role; use `serial_number` and `token_code` of `assume_role` for that.",
			Attributes: map[string]schema.Attribute{
				"serial_number": argument("The MFA device of the user, as in `qcs::cam:uin/100000000001::mfa/softToken`. Required, here or as environment variable.", credentials.EnvMFASerialNumber),
				"token_code":    secretArgument("Current code of the MFA device. It is sent once. Required, here or as environment variable.", credentials.EnvMFATokenCode),
				durationMFA:     lifetime("The session cannot be renewed, and that of a root account lasts two hours at most", credentials.MaxMFASession, credentials.DefaultMFASession, credentials.EnvMFADuration),
			},
		},
	}
}

// lifetime returns the argument for a session's duration in seconds.
func lifetime(text string, most, standard time.Duration, env string) schema.NumberAttribute {
	return schema.NumberAttribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("Lifetime of a session in seconds, at most %d. Default `%d`. %s. Can be set with the environment variable `%s`.", most/time.Second, standard/time.Second, text, env),
	}
}

// credentialArguments returns all credential arguments by name.
func (m model) credentialArguments() map[string]attr.Value {
	return map[string]attr.Value{
		"secret_id": m.SecretID, "secret_key": m.SecretKey, "security_token": m.SecurityToken,
		"profile": m.Profile, "shared_credentials_dir": m.SharedCredentialsDir, "cam_role_name": m.CAMRoleName, "enable_pod_oidc": m.EnablePodOIDC,
		"sts_endpoint": m.STSEndpoint, "metadata_endpoint": m.MetadataEndpoint, blockRole: m.AssumeRole, blockWebIdentity: m.AssumeRoleWithWebIdentity,
		blockSAML: m.AssumeRoleWithSAML, blockMFA: m.MFACertification,
	}
}

// unknownCredentials returns the names of unknown credential arguments.
func (m model) unknownCredentials() []string {
	var names []string
	arguments := m.credentialArguments()
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		value := arguments[name]
		unknown := value.IsUnknown()
		if object, ok := value.(types.Object); ok {
			for _, v := range object.Attributes() {
				unknown = unknown || v.IsUnknown()
			}
		}
		if unknown {
			names = append(names, name)
		}
	}
	return names
}

// validateCredentials checks what needs neither the environment nor network.
func (m model) validateCredentials() diag.Diagnostics {
	var diags diag.Diagnostics
	for _, e := range []struct {
		name  string
		value types.String
		plain bool
	}{{"sts_endpoint", m.STSEndpoint, false}, {"metadata_endpoint", m.MetadataEndpoint, true}} {
		if !arguments.Known(e.value) {
			continue
		}
		if _, err := credentials.ParseEndpoint(e.value.ValueString(), e.plain); err != nil {
			diags.AddAttributeError(path.Root(e.name), "Invalid Endpoint", fmt.Sprintf("%s cannot be used: %s.", e.name, err))
		}
	}
	for _, d := range []struct {
		block    types.Object
		in, name string
		longest  time.Duration
	}{
		{m.AssumeRole, blockRole, durationSession, credentials.MaxSession},
		{m.AssumeRoleWithWebIdentity, blockWebIdentity, durationSession, credentials.MaxSession},
		{m.AssumeRoleWithSAML, blockSAML, durationSession, credentials.MaxSession},
		{m.MFACertification, blockMFA, durationMFA, credentials.MaxMFASession},
	} {
		seconds, _ := d.block.Attributes()[d.name].(types.Number)
		valid := wholenumber.Range{Least: 0, Most: int64(d.longest / time.Second)}
		if wrong := valid.Check(d.name, "a number of seconds", seconds); wrong != "" {
			diags.AddAttributeError(path.Root(d.in).AtName(d.name), "Invalid Session Duration", wrong+"; 0 is the default.")
		}
	}
	var together []string
	if m.EnablePodOIDC.ValueBool() {
		together = append(together, "enable_pod_oidc")
	}
	for _, b := range []struct {
		name  string
		block types.Object
	}{{blockWebIdentity, m.AssumeRoleWithWebIdentity}, {blockSAML, m.AssumeRoleWithSAML}, {blockRole, m.AssumeRole}, {blockMFA, m.MFACertification}} {
		if !b.block.IsNull() {
			together = append(together, b.name)
		}
	}
	if len(together) > 1 {
		diags.AddError("Conflicting Credentials", fmt.Sprintf("Each of these arguments of the provider block selects the credentials to use, and only one of them can be set: %s.", strings.Join(together, ", ")))
	}
	return diags
}

// stsRoots returns the certificates that STS connections trust. Certificates
// added by the configuration are meant for the COS endpoint; they apply to STS
// only if it has a custom endpoint too.
func (m model) stsRoots(roots *x509.CertPool) *x509.CertPool {
	if m.STSEndpoint.ValueString() == "" {
		return nil
	}
	return roots
}

// credentials selects the source of credentials. It sends no request.
func (m model) credentials(getenv func(string) string, region string, roots *x509.CertPool) (*credentials.Source, diag.Diagnostics) {
	var diags diag.Diagnostics
	cfg := credentials.Config{
		SecretID: m.SecretID.ValueString(), SecretKey: m.SecretKey.ValueString(), SecurityToken: m.SecurityToken.ValueString(),
		Profile: m.Profile.ValueString(), SharedCredentialsDir: m.SharedCredentialsDir.ValueString(),
		CAMRoleName: m.CAMRoleName.ValueString(), PodOIDC: m.EnablePodOIDC.ValueBool(),
		Region: region, STSEndpoint: m.STSEndpoint.ValueString(), MetadataEndpoint: m.MetadataEndpoint.ValueString(),
		RootCAs: m.stsRoots(roots), Proxy: http.ProxyFromEnvironment, Getenv: getenv,
	}
	if b := m.AssumeRole; !b.IsNull() {
		cfg.Role = &credentials.Role{
			ARN: text(b, "role_arn"), SessionName: text(b, "session_name"), Session: session(b, durationSession), Policy: text(b, "policy"), ExternalID: text(b, "external_id"),
			SourceIdentity: text(b, "source_identity"), SerialNumber: text(b, "serial_number"), TokenCode: text(b, "token_code"),
		}
	}
	if b := m.AssumeRoleWithWebIdentity; !b.IsNull() {
		cfg.WebIdentity = &credentials.WebIdentity{
			ProviderID: text(b, "provider_id"), ARN: text(b, "role_arn"), ARNFile: text(b, "role_arn_file"), SessionName: text(b, "session_name"), Session: session(b, durationSession),
			Token: text(b, "web_identity_token"), TokenFile: text(b, "web_identity_token_file"),
		}
	}
	if b := m.AssumeRoleWithSAML; !b.IsNull() {
		cfg.SAML = &credentials.SAML{
			Assertion: text(b, "saml_assertion"), PrincipalARN: text(b, "principal_arn"), ARN: text(b, "role_arn"), SessionName: text(b, "session_name"), Session: session(b, durationSession),
		}
	}
	if b := m.MFACertification; !b.IsNull() {
		cfg.MFA = &credentials.MFA{SerialNumber: text(b, "serial_number"), TokenCode: text(b, "token_code"), Session: session(b, durationMFA)}
	}
	source, err := credentials.New(cfg)
	var none *credentials.NotFoundError
	switch {
	case errors.As(err, &none):
		lines := make([]string, len(none.Tried))
		for i, t := range none.Tried {
			lines[i] = "  - " + t.Source + ": " + t.Reason
		}
		diags.AddError("No Tencent Cloud Credentials",
			"The provider signs its requests with an API key and could not find one. These sources were tried, in this order:\n\n"+strings.Join(lines, "\n")+
				"\n\nSet one of them. An API key has two parts, plus the token in "+credentials.EnvSecurityToken+" if it is temporary.")
	case err != nil:
		diags.AddError("Unable to Find Credentials", "The credentials of the provider cannot be used: "+err.Error()+".")
	default:
		for _, warning := range source.Warnings {
			diags.AddWarning("Credentials in the Environment Are Not Used", warning)
		}
	}
	return source, diags
}

// fetch requests credentials once, so that an error is reported once and not for
// each object.
func fetch(ctx context.Context, source *credentials.Source) diag.Diagnostics {
	var diags diag.Diagnostics
	tflog.Debug(ctx, "Credentials found", map[string]any{"source": source.Name})
	if _, err := source.Retrieve(ctx); err != nil {
		diags.AddError("Unable to Get Credentials", fmt.Sprintf("The credentials of the provider come from %s and could not be obtained: %s.", source.Name, err))
	}
	return diags
}

func text(block types.Object, name string) string {
	s, ok := block.Attributes()[name].(basetypes.StringValue)
	if !ok {
		return ""
	}
	return s.ValueString()
}

func session(block types.Object, name string) time.Duration {
	seconds, _ := block.Attributes()[name].(basetypes.NumberValue)
	return time.Duration(wholenumber.Of(seconds)) * time.Second
}
