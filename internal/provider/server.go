package provider

import (
	"os"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/directory"
	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
	"github.com/cos-terraform/terraform-provider-cos/internal/object"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// Server returns what serves the provider by protocol 6.
func Server(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return newServer(version, os.Getenv, func(p provider.Provider) tfprotov6.ProviderServer { return providerserver.NewProtocol6(p)() })
	}
}

// newServer puts before the framework's server what answers in its place. What
// cannot be put there is left out, which is logged once the provider is
// configured: before that there is no log.
func newServer(version string, getenv func(string) string, framework func(provider.Provider) tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	var data atomic.Pointer[providerdata.Data]
	p := &cosProvider{version: version, getenv: getenv, configured: data.Store}
	server, err := fastpath.Wrap(framework(p), fastpath.Options{
		Configured:   func() bool { return data.Load() != nil },
		Types:        []fastpath.Type{objects(data.Load), directories(data.Load)},
		PlansCreates: []string{directoryName},
		Off:          getenv(envShortcut) == "off",
	})
	if getenv(envShortcut) != "off" {
		p.slow = err
	}
	return server
}

// objects is the resource type of which unchanged instances are answered for.
// data returns what the provider was configured with.
func objects(data func() *providerdata.Data) fastpath.Type {
	return fastpath.TypeOf(objectName, object.NewResource(), object.Shortcut{Data: data})
}

// directories is likewise the resource type of directories.
func directories(data func() *providerdata.Data) fastpath.Type {
	return fastpath.TypeOf(directoryName, directory.NewResource(), directory.Shortcut{Data: data})
}

// The resource types that the fast path knows.
const (
	objectName    = "cos_encrypted_object"
	directoryName = "cos_encrypted_directory"
)

// envShortcut is set to "off" to have the framework answer everything. What is
// answered is the same.
const envShortcut = "COS_PLAN_SHORTCUT"
