package object

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Keys of the private state. Nothing in it is secret: the state itself holds
// the MD5 of a customer key.
const (
	privateWriteOnly  = "write_only_content" // true: the body came by content_wo
	privatePlannedKey = "planned_key_md5"    // of sse_customer_key_wo when it was planned
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
	diags := p.SetKey(ctx, privateWriteOnly, value)
	diags.Append(p.SetKey(ctx, privatePlannedKey, nil)...)
	return diags
}

// isWriteOnly tells what noteWriteOnly remembered.
func isWriteOnly(ctx context.Context, p private) (bool, diag.Diagnostics) {
	value, diags := p.GetKey(ctx, privateWriteOnly)
	return len(value) > 0, diags
}

// notePlannedKey remembers which write-only key was there at plan.
func notePlannedKey(ctx context.Context, p private, config model, enc encryption) diag.Diagnostics {
	if config.SSECustomerKeyWO.IsNull() {
		return nil
	}
	if !enc.keyKnown {
		return p.SetKey(ctx, privatePlannedKey, nil)
	}
	value, err := json.Marshal(enc.CustomerKey.MD5())
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to Store Private State", err.Error())}
	}
	return p.SetKey(ctx, privatePlannedKey, value)
}

// warnUnstableKey explains a write-only key that is another one at apply than
// it was at plan. One that is made anew in every run rotates the object for
// ever, and nobody keeps the key it ends up with.
func warnUnstableKey(ctx context.Context, p private, config model, enc encryption) diag.Diagnostics {
	value, diags := p.GetKey(ctx, privatePlannedKey)
	var planned string
	if len(value) == 0 || json.Unmarshal(value, &planned) != nil || config.SSECustomerKeyWO.IsNull() || enc.Mode != sse.ModeCustomer {
		return diags
	}
	if now := enc.CustomerKey.MD5(); now != planned {
		diags.AddWarning("Customer Key Changed Since the Plan", fmt.Sprintf("sse_customer_key_wo held the key of MD5 %s at plan and holds the one of MD5 %s now, and the object is encrypted with the latter. "+
			"If the key was rotated in between, all is well. If it is generated anew in every run (such as by ephemeral \"random_bytes\"), the object is rotated by every apply, and the key it is encrypted with is kept nowhere: "+
			"generate the key once, keep it in a secret store, and read it from there.", planned, now))
	}
	return diags
}
