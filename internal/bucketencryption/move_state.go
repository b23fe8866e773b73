package bucketencryption

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/ownstate"
)

// MoveState adopts the default encryption from a provider with another address.
func (r *Resource) MoveState(ctx context.Context) []resource.StateMover {
	own := ownstate.Type{Resource: r, Summary: "Unable to Move Bucket Encryption", Noun: "default encryption", WayOut: "remove it from the state and import it"}
	return []resource.StateMover{own.Mover(ctx)}
}
