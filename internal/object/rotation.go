package object

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
)

// rotation records the last time that a write-only key replaced another key.
type rotation struct {
	At    time.Time `json:"at"`
	Count int       `json:"count"` // in a row, each within frequent of the previous one
}

// frequent is the interval below which repeated rotations are probably unintended.
const frequent = 24 * time.Hour

// rotates reports whether a write-only key is about to replace another key.
func rotates(e encryption.Wanted, config, prior model) bool {
	was := prior.SSECustomerKeyMD5.ValueString()
	return !config.SSECustomerKeyWO.IsNull() && e.KeyKnown && was != "" && was != e.CustomerKey.MD5()
}

// next returns the rotation that follows r, which is nil if there was none.
func (r *rotation) next(now time.Time) *rotation {
	if r != nil && now.Sub(r.At) < frequent {
		return &rotation{At: now, Count: r.Count + 1}
	}
	return &rotation{At: now, Count: 1}
}

// explainRotations warns of a key that keeps changing. A key generated in every run
// rotates the object each time, and the final key is stored nowhere. The keys of
// plan and apply cannot be compared instead, because the CLI plans again before it
// applies.
func explainRotations(last *rotation, config, prior model, enc encryption.Wanted) diag.Diagnostics {
	var diags diag.Diagnostics
	if !rotates(enc, config, prior) {
		return diags
	}
	if next := last.next(time.Now()); next.Count > 1 {
		diags.AddAttributeWarning(path.Root("sse_customer_key_wo"), "Customer Key Changes Repeatedly", fmt.Sprintf("sse_customer_key_wo has changed the object's key %d times in a row within a day: the MD5 was %s and is %s. "+
			"Ignore this warning if the keys are rotated on purpose. If the key is generated in every run (such as by ephemeral \"random_bytes\"), every apply rotates the object, and its key is not kept anywhere: "+
			"generate the key once, keep it in a secret store, and read it from there.", next.Count, prior.SSECustomerKeyMD5.ValueString(), enc.CustomerKey.MD5()))
	}
	return diags
}
