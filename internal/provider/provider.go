// Package provider implements the provider: its schema, its configuration, and
// the lists of its resources, data sources, functions and actions.
package provider

import (
	"context"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cos-terraform/terraform-provider-cos/internal/abortuploads"
	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bucketencryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/copyobjects"
	"github.com/cos-terraform/terraform-provider-cos/internal/directory"
	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
	"github.com/cos-terraform/terraform-provider-cos/internal/functions"
	"github.com/cos-terraform/terraform-provider-cos/internal/object"
	"github.com/cos-terraform/terraform-provider-cos/internal/objectread"
	"github.com/cos-terraform/terraform-provider-cos/internal/presign"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/reencrypt"
	"github.com/cos-terraform/terraform-provider-cos/internal/restore"
)

var (
	_ provider.Provider                       = (*cosProvider)(nil)
	_ provider.ProviderWithActions            = (*cosProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*cosProvider)(nil)
	_ provider.ProviderWithFunctions          = (*cosProvider)(nil)
	_ provider.ProviderWithListResources      = (*cosProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*cosProvider)(nil)
)

// New returns a constructor of the provider. The version is part of the
// User-Agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &cosProvider{version: version, getenv: os.Getenv}
	}
}

type cosProvider struct {
	version string
	getenv  func(string) string
	// configured, if set, receives the result of Configure.
	configured func(*providerdata.Data)
	// slow is the reason why the fast path is unavailable, or nil.
	slow error
}

func (p *cosProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cos"
	resp.Version = p.version
}

func (p *cosProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
}

func (p *cosProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if p.slow != nil {
		tflog.Warn(ctx, fastpath.Slower, map[string]any{"reason": p.slow.Error()})
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	data, diags := resolve(ctx, config, p.getenv, userAgent(p.version, req.TerraformVersion, p.getenv))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if p.configured != nil {
		p.configured(data)
	}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ActionData = data
	resp.ListResourceData = data
}

func (p *cosProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		bucketencryption.NewResource,
		directory.NewResource,
		object.NewResource,
	}
}

func (p *cosProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		audit.NewDataSource,
		audit.NewVersionsDataSource,
		bucketencryption.NewDataSource,
		objectread.NewDataSource,
	}
}

func (p *cosProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		audit.NewListResource,
	}
}

func (p *cosProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		objectread.NewEphemeral,
		presign.New,
	}
}

func (p *cosProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		abortuploads.NewAction,
		copyobjects.NewAction,
		reencrypt.NewAction,
		restore.NewAction,
	}
}

func (p *cosProvider) Functions(context.Context) []func() function.Function { return functions.All() }

// userAgent identifies the provider and the CLI, followed by
// TF_APPEND_USER_AGENT.
func userAgent(version, cli string, getenv func(string) string) string {
	ua := "terraform-provider-cos/" + version
	if cli != "" {
		ua += " terraform/" + cli
	}
	for _, add := range strings.Fields(getenv("TF_APPEND_USER_AGENT")) { // Fields removes line breaks, which are invalid in headers
		ua += " " + add
	}
	return ua
}
