// Package presign implements the ephemeral resource cos_presigned_url. It belongs
// to layer 3.
package presign

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

var (
	_ ephemeral.EphemeralResource                   = (*URL)(nil)
	_ ephemeral.EphemeralResourceWithConfigure      = (*URL)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*URL)(nil)
)

const unableToPresign = "Unable to Presign URL"

// defaultLife is the validity of a URL if expires_in is not set.
const defaultLife = 15 * time.Minute

// URL is the ephemeral resource cos_presigned_url: a request that can be sent
// without credentials. Opening it sends no request.
type URL struct{ data *providerdata.Data }

// New returns an unconfigured ephemeral resource.
func New() ephemeral.EphemeralResource { return &URL{} }

func (p *URL) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_presigned_url"
}

func (p *URL) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	p.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

// Open signs the request.
func (p *URL) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !p.data.Ready(unableToPresign, &resp.Diagnostics) {
		return
	}
	region, diags := arguments.Region(m.Region, p.data)
	resp.Diagnostics.Append(diags...)
	key, diags := encryption.ReadKey(m.SSECustomerKey, m.SSECustomerKeyName, p.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Region = region
	loc := m.address().Location()
	life, _ := m.life() // validated
	in := cosclient.PresignInput{Method: m.method(), VersionID: m.VersionID.ValueString(), Encryption: m.settings(key), Life: life}
	if in.Method == http.MethodPut {
		resp.Diagnostics.Append(m.allowed(in.Encryption.Mode, p.data.Policy)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	signed, err := p.data.Client.Presign(ctx, loc, in)
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToPresign, fmt.Sprintf("Could not create a URL to %s the object %s.", in.Method, loc), err))
		return
	}
	if signed.Limited && !m.ExpiresIn.IsNull() {
		resp.Diagnostics.AddAttributeWarning(path.Root("expires_in"), "Presigned URL Ends Early",
			fmt.Sprintf("The URL for %s expires at %s, together with the credentials that it is signed with, and not after %s.", loc, signed.Expires.UTC().Format(time.RFC3339), life))
	}
	m.URL = types.StringValue(signed.URL)
	m.Headers = arguments.Map(signed.Header)
	m.ExpiresAt = types.StringValue(signed.Expires.UTC().Format(time.RFC3339))
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
}

// method returns the declared method, or GET.
func (m model) method() string {
	if m.Method.IsNull() {
		return http.MethodGet
	}
	return m.Method.ValueString()
}

// settings returns the encryption that the request declares.
func (m model) settings(key sse.CustomerKey) sse.Settings {
	if !key.IsZero() {
		return sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}
	}
	mode, err := sse.ParseMode(m.ServerSideEncryption.ValueString())
	if err != nil {
		return sse.Settings{} // no encryption is declared
	}
	context, _ := sse.ParseContext(m.SSEContext.ValueString()) // validated; zero if there is none
	return sse.Settings{Mode: mode, KMSKeyID: m.SSEKMSKeyID.ValueString(), Context: context}
}

// allowed checks the encryption of uploads with the URL against the provider's
// policy.
func (m model) allowed(mode sse.Mode, policy sse.Policy) diag.Diagnostics {
	var diags diag.Diagnostics
	violations := map[string]*sse.Violation{"method": policy.AllowsMode(mode)}
	if mode == sse.ModeKMS {
		violations["sse_kms_key_id"] = policy.AllowsKMSKey(m.SSEKMSKeyID.ValueString())
	}
	for attribute, violation := range violations {
		if violation != nil {
			diags.AddAttributeError(path.Root(attribute), "Encryption Not Allowed",
				fmt.Sprintf("require_encryption.%s of the provider block forbids the encryption of this URL: %s.", violation.Rule, violation.Text))
		}
	}
	return diags
}
