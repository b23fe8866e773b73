package object

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Verification fails for any header that is not stored as declared.
func TestProofOfEveryHeader(t *testing.T) {
	t.Parallel()
	if len(headers) == 0 {
		t.Fatal("there are no headers")
	}
	for _, h := range headers {
		m := model{}
		*h.value(&m) = types.StringValue("declared")
		w := store.Write{Attributes: m.stored()}
		asDeclared := cosclient.Info{Attributes: m.stored()}
		if wrong := w.Wrong(asDeclared, cosclient.Written{}); len(wrong) > 0 {
			t.Errorf("%s: as declared, and yet %q", h.name, wrong)
		}
		other := asDeclared
		*h.stored(&other.Attributes) = "other"
		if wrong := w.Wrong(other, cosclient.Written{}); len(wrong) != 1 {
			t.Errorf("%s: the proof finds %q", h.name, wrong)
		}
	}
}
