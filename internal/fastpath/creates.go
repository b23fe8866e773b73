package fastpath

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// createsServer lets the plan of a create write private state, which the
// framework leaves out: it knows of none before the object exists. The CLI hands
// that private state to the Delete that makes room for the create, and to no
// other, so that it is the one sign by which a Delete knows that it is half of a
// replacement.
type createsServer struct {
	server

	types []string
}

// unwritten is private state that is there, and says nothing.
var unwritten = []byte("{}")

func (s *createsServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if len(req.PriorPrivate) == 0 && slices.Contains(s.types, req.TypeName) {
		other := *req
		other.PriorPrivate = unwritten
		req = &other
	}
	return s.server.PlanResourceChange(ctx, req)
}
