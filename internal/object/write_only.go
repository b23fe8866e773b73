package object

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Keys of the private state. Nothing in it is secret: the state itself holds
// the MD5 of a customer key.
const (
	privateWriteOnly = "write_only_content" // true: the body came by content_wo
	privateRotation  = "key_rotation"       // the last one by sse_customer_key_wo
	privateCopied    = "copied"             // the body that copy_source made
)

// private is what the requests and answers of the framework offer of it.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// noteWriteOnly remembers whether the body is written only. The version in the
// state does not say so any more once a refresh has found the object changed.
func noteWriteOnly(ctx context.Context, p private, config model) diag.Diagnostics {
	var value []byte
	if !config.ContentWO.IsNull() {
		value = []byte("true")
	}
	return p.SetKey(ctx, privateWriteOnly, value)
}

// isWriteOnly tells what noteWriteOnly remembered.
func isWriteOnly(ctx context.Context, p private) (bool, diag.Diagnostics) {
	value, diags := p.GetKey(ctx, privateWriteOnly)
	return len(value) > 0, diags
}

// rotation is what the private state remembers of the last time that a
// write-only key replaced another one.
type rotation struct {
	At    time.Time `json:"at"`
	Count int       `json:"count"` // in a row, each within frequent of the one before
}

// frequent is how close together rotations are that nobody does on purpose.
const frequent = 24 * time.Hour

// rotates reports whether a write-only key is about to replace another key.
func (e encryption) rotates(config, prior model) bool {
	was := prior.SSECustomerKeyMD5.ValueString()
	return !config.SSECustomerKeyWO.IsNull() && e.keyKnown && was != "" && was != e.CustomerKey.MD5()
}

// after counts the rotation that is about to happen.
func (r rotation) after(config, prior model, enc encryption, now time.Time) rotation {
	switch {
	case !enc.rotates(config, prior):
		return r
	case now.Sub(r.At) < frequent:
		return rotation{At: now, Count: r.Count + 1}
	}
	return rotation{At: now, Count: 1}
}

// explainRotations warns of a key that is another one again and again. A key
// that is made anew in every run rotates the object for ever, and nobody keeps
// the key it ends up with. What the plan saw can not be compared with what the
// apply sees: the CLI plans once more before it applies.
func explainRotations(ctx context.Context, p private, config, prior model, enc encryption) diag.Diagnostics {
	if !enc.rotates(config, prior) {
		return nil
	}
	last, diags := lastRotation(ctx, p)
	if next := last.after(config, prior, enc, time.Now()); next.Count > 1 {
		diags.AddAttributeWarning(path.Root("sse_customer_key_wo"), "Customer Key Changes Again and Again", fmt.Sprintf("sse_customer_key_wo holds another key than the object's for the time number %d in a row within a day: the MD5 was %s and is %s. "+
			"If keys are rotated on purpose, all is well. If the key is generated anew in every run (such as by ephemeral \"random_bytes\"), every apply rotates the object, and the key that it is encrypted with is kept nowhere: "+
			"generate the key once, keep it in a secret store, and read it from there.", next.Count, prior.SSECustomerKeyMD5.ValueString(), enc.CustomerKey.MD5()))
	}
	return diags
}

func lastRotation(ctx context.Context, p private) (rotation, diag.Diagnostics) {
	var last rotation
	value, diags := p.GetKey(ctx, privateRotation)
	if len(value) > 0 {
		if err := json.Unmarshal(value, &last); err != nil {
			return rotation{}, diags // not ours: begin anew
		}
	}
	return last, diags
}

func (r rotation) note(ctx context.Context, p private) diag.Diagnostics {
	value, err := json.Marshal(r)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to Store Private State", err.Error())}
	}
	return p.SetKey(ctx, privateRotation, value)
}
