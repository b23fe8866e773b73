package object

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// copied is what the private state remembers of a body that copy_source made:
// the configuration says nothing of its bytes, and a refresh writes what it
// finds over what the state had.
type copied struct {
	CRC64  string `json:"crc64"`
	Length int64  `json:"length"`
}

// noteCopied remembers the body of an object that is a copy, and forgets it of
// one that is not.
func noteCopied(ctx context.Context, p private, state model) diag.Diagnostics {
	if state.CopySource.IsNull() || state.ContentCRC64.IsNull() {
		return p.SetKey(ctx, privateCopied, nil)
	}
	value, err := json.Marshal(copied{CRC64: state.ContentCRC64.ValueString(), Length: state.ContentLength.ValueInt64()})
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to Store Private State", err.Error())}
	}
	return p.SetKey(ctx, privateCopied, value)
}

// checkCopied makes copy_source null where the body is no longer the one that
// was copied: null never equals what is declared, so it is copied again.
func checkCopied(ctx context.Context, p private, state *model) diag.Diagnostics {
	if state.CopySource.IsNull() {
		return nil
	}
	value, diags := p.GetKey(ctx, privateCopied)
	var was copied
	if len(value) == 0 || json.Unmarshal(value, &was) != nil {
		return diags
	}
	if was.Length != state.ContentLength.ValueInt64() || was.CRC64 != state.ContentCRC64.ValueString() {
		state.CopySource = types.ObjectNull(state.CopySource.AttributeTypes(ctx))
	}
	return diags
}
