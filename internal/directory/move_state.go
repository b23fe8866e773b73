package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/ownstate"
)

// MoveState adopts a directory from a provider with another address. Its record of
// the files is adopted too, so that a listing still proves them.
func (r *Resource) MoveState(ctx context.Context) []resource.StateMover {
	own := ownstate.Type{
		Resource: r, Summary: "Unable to Move Directory", Noun: "directory",
		WayOut: `remove the directory from the state and apply with existing = "adopt_identical"`,
	}
	return []resource.StateMover{own.Mover(ctx)}
}
