package fastpath

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// passStates answers UpgradeResourceState with the JSON that the CLI sent if the
// state has the current schema version. The framework would decode, walk and
// encode the whole state, for each resource of each command. The CLI itself
// removes attributes that are no longer in the schema and adds new ones.
type passStates struct {
	server

	once     sync.Once
	versions map[string]int64 // schema versions of the resource types
}

func (s *passStates) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if req != nil && req.RawState != nil && len(req.RawState.JSON) > 0 {
		if version, ok := s.version(ctx, req.TypeName); ok && version == req.Version {
			return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
		}
	}
	return s.server.UpgradeResourceState(ctx, req)
}

// version returns the schema version of a resource type. It requests the schema
// itself, because the CLI may have it from another process.
func (s *passStates) version(ctx context.Context, typeName string) (version int64, ok bool) {
	s.once.Do(func() {
		resp, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err != nil || resp == nil || len(resp.ResourceSchemas) == 0 {
			tflog.Warn(ctx, Slower, map[string]any{"reason": "the versions of the schemas are not known"})
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
