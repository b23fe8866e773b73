package object

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// If the object of a move has been deleted, the error names it, and not the address
// that it was to be moved to.
func TestDeletedObjectOfAMoveIsNamed(t *testing.T) {
	t.Parallel()
	w := store.Write{Location: cosclient.Location{Bucket: "b-1", Key: "target"}, Old: cosclient.Location{Bucket: "b-1", Key: "origin"}, Prior: &cosclient.Info{}}
	got := diagnose(store.Outcome{Err: cosclient.ErrNotFound}, unableToMove, w)
	if len(got) != 1 || !strings.Contains(got[0].Detail(), "/origin has been deleted") {
		t.Errorf("%v", got)
	}
}
