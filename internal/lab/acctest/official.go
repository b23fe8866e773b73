package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Official replaces the official tencentcloud provider in a workspace, because
// the CLI requires a provider with that name as long as the state refers to it.
// It has the schema of the official object resource and does nothing.
func Official() map[string]func() tfprotov6.ProviderServer {
	return map[string]func() tfprotov6.ProviderServer{
		"tencentcloudstack/tencentcloud": providerserver.NewProtocol6(officialProvider{}),
	}
}

type officialProvider struct{}

func (officialProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "tencentcloud"
}
func (officialProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (officialProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (officialProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (officialProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return officialObject{} }}
}

type officialObject struct{}

func (officialObject) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "tencentcloud_cos_bucket_object"
}

func (officialObject) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id":     schema.StringAttribute{Computed: true},
		"bucket": schema.StringAttribute{Required: true},
		"key":    schema.StringAttribute{Required: true},
		"tags":   schema.MapAttribute{Optional: true, ElementType: types.StringType},
	}
	for _, name := range []string{"source", "content", "acl", "cache_control", "content_disposition", "content_encoding", "content_type", "storage_class", "etag"} {
		attributes[name] = schema.StringAttribute{Optional: true, Computed: true}
	}
	resp.Schema = schema.Schema{Attributes: attributes}
}

func (officialObject) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (officialObject) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (officialObject) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (officialObject) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
