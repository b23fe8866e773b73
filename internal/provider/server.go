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

// Server returns a constructor of the protocol 6 server.
func Server(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return newServer(version, os.Getenv, func(p provider.Provider) tfprotov6.ProviderServer { return providerserver.NewProtocol6(p)() })
	}
}

// newServer wraps the framework's server in the fast path. If parts of the fast
// path cannot be used, the reason is logged once the provider is configured,
// because there is no log before that.
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

// objects returns the fast path of object resources. data returns the provider's
// configuration.
func objects(data func() *providerdata.Data) fastpath.Type {
	return fastpath.TypeOf(objectName, object.NewResource(), object.Shortcut{Data: data})
}

// directories returns the fast path of directory resources.
func directories(data func() *providerdata.Data) fastpath.Type {
	return fastpath.TypeOf(directoryName, directory.NewResource(), directory.Shortcut{Data: data})
}

// Resource types with a fast path.
const (
	objectName    = "cos_encrypted_object"
	directoryName = "cos_encrypted_directory"
)

// envShortcut turns the fast path off if its value is "off". The responses are
// the same either way.
const envShortcut = "COS_PLAN_SHORTCUT"
