package fastpath

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// createsServer lets the plan of a create write private state, which the
// framework does not support before the object exists. The CLI passes that
// private state to the Delete that precedes the create in a replacement, and to
// no other. This is the only way for a Delete to know that it is part of a
// replacement.
type createsServer struct {
	server

	types []string
}

// unwritten is private state that exists but is empty.
var unwritten = []byte("{}")

func (s *createsServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if len(req.PriorPrivate) == 0 && slices.Contains(s.types, req.TypeName) {
		other := *req
		other.PriorPrivate = unwritten
		req = &other
	}
	return s.server.PlanResourceChange(ctx, req)
}
