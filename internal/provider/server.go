package provider

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/unchanged"
)

// Server returns what serves the provider by protocol 6.
func Server(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return newServer(version, os.Getenv, func(p provider.Provider) tfprotov6.ProviderServer { return providerserver.NewProtocol6(p)() })
	}
}

// newServer puts before the framework's server what answers in its place. What
// cannot be put there is left out, which the log tells once the provider is
// configured: before that there is no log.
func newServer(version string, getenv func(string) string, framework func(provider.Provider) tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	var data atomic.Pointer[providerdata.Data]
	p := &cosProvider{version: version, getenv: getenv, configured: data.Store}
	downstream := configuredFirst(framework(p), func() bool { return data.Load() != nil })
	if getenv(envShortcut) == "off" {
		return downstream
	}
	whole, ok := downstream.(server)
	if !ok {
		p.slow = fmt.Errorf("the framework's server, a %T, cannot be asked all that this provider passes on", downstream)
		return downstream
	}
	passing := &passStates{server: whole}
	front, err := unchanged.New(objects(data.Load))
	if err != nil {
		p.slow = fmt.Errorf("the schema of %s is not as expected: %w", objectName, err)
		return passing
	}
	return &frontServer{server: passing, front: front}
}

// envShortcut is set to "off" to have the framework answer everything. What is
// answered is the same.
const envShortcut = "COS_PLAN_SHORTCUT"

// slowly is what the log says where the framework answers what need not go
// through it. The answers are the same.
const slowly = "the framework answers for unchanged objects as well, which takes longer; this is a bug in the provider, please report it"

// server is all that a server of the protocol can be asked. The last three are
// optional, and hidden by a wrapper that does not name them.
type server interface {
	tfprotov6.ProviderServer
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // deprecated only in favour of being required
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // likewise
	tfprotov6.ProviderServerWithStateStores  //nolint:staticcheck // likewise
}

// passStates answers UpgradeResourceState by the JSON that the CLI sent, where
// the state is of the current version. The framework would decode it, walk
// through all of it and encode it again, for each resource of each command.
// Attributes that are gone from the schema the CLI drops itself, and it adds
// those that are new.
type passStates struct {
	server

	once     sync.Once
	versions map[string]int64 // of the schemas of the resource types
}

func (s *passStates) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if req != nil && req.RawState != nil && len(req.RawState.JSON) > 0 {
		if version, ok := s.version(ctx, req.TypeName); ok && version == req.Version {
			return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
		}
	}
	return s.server.UpgradeResourceState(ctx, req)
}

// version is the version of a resource type's schema. The CLI may know the
// schema from another process and not ask this one.
func (s *passStates) version(ctx context.Context, typeName string) (version int64, ok bool) {
	s.once.Do(func() {
		resp, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err != nil || resp == nil || len(resp.ResourceSchemas) == 0 {
			tflog.Warn(ctx, slowly, map[string]any{"reason": "the versions of the schemas are not known"})
			return
		}
		s.versions = make(map[string]int64, len(resp.ResourceSchemas))
		for name, schema := range resp.ResourceSchemas {
			if schema != nil {
				s.versions[name] = schema.Version
			}
		}
	})
	version, ok = s.versions[typeName]
	return version, ok
}
