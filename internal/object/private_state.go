package object

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// privateState is what the provider records about an instance in addition to its state.
// Nothing in it is secret, and of a write-only body it holds no checksum.
type privateState struct {
	// Record is what the last write, import or move made. A refresh never
	// changes it: only what is as recorded is ours to delete.
	Record *inspect.Record
	// Seen is what a refresh found instead of what is recorded; nil if they agree.
	Seen *inspect.Record
	// Lock is the lock of the object when it was last read; nil: none is known.
	Lock *cosclient.Lock
	// Imposed are headers that COS shows although they were not stored.
	Imposed cosclient.Imposed
	// Instance is the token that distinguishes this instance from others of the run.
	Instance string
	// WriteOnlyBody: the body came by content_wo. WriteOnlyKey: the customer
	// key came by sse_customer_key_wo.
	WriteOnlyBody, WriteOnlyKey bool
	// Rotation is the last one by sse_customer_key_wo.
	Rotation *rotation
	// Move is the copy of a move that did not end.
	Move *unfinishedMove
	// Replaced is the address at which a planned replacement finds its
	// predecessor's object.
	Replaced string
	// Decision is what planning decided for the update that follows.
	Decision *decision
}

// Keys of the private state.
const (
	privateRecord        = "record"
	privateSeen          = "seen"
	privateLock          = "lock"
	privateImposed       = "imposed_headers"
	privateInstance      = "instance"
	privateWriteOnlyBody = "write_only_content"
	privateWriteOnlyKey  = "write_only_key"
	privateRotation      = "key_rotation"
	privateMove          = "move"
	privateReplaced      = "replaced"
	privateDecision      = "decision"
)

// keyValues is what the requests and answers of the framework offer of the
// private state.
type keyValues interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// fields pairs each key with its value. A value that is nil, false or "" has no key.
func (p *privateState) fields() map[string]any {
	return map[string]any{
		privateRecord: &p.Record, privateSeen: &p.Seen, privateLock: &p.Lock, privateImposed: &p.Imposed, privateInstance: &p.Instance,
		privateWriteOnlyBody: &p.WriteOnlyBody, privateWriteOnlyKey: &p.WriteOnlyKey,
		privateRotation: &p.Rotation, privateMove: &p.Move, privateReplaced: &p.Replaced, privateDecision: &p.Decision,
	}
}

// recall reads the private state. What cannot be read is not ours, and counts
// as absent.
func recall(ctx context.Context, from interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}) (privateState, diag.Diagnostics) {
	var p privateState
	var diags diag.Diagnostics
	for key, field := range p.fields() {
		value, got := from.GetKey(ctx, key)
		diags.Append(got...)
		if len(value) > 0 {
			_ = json.Unmarshal(value, field)
		}
	}
	return p, diags
}

// note writes the private state.
func (p privateState) note(ctx context.Context, to keyValues) diag.Diagnostics {
	var diags diag.Diagnostics
	for key, field := range p.fields() {
		value, err := json.Marshal(field)
		if err != nil {
			diags.AddError("Unable to Store Private State", err.Error())
			continue
		}
		switch string(value) {
		case "null", "false", `""`:
			value = nil
		}
		diags.Append(to.SetKey(ctx, key, value)...)
	}
	return diags
}

// recorded is the record that the state itself holds.
func (m model) recorded() inspect.Record {
	return inspect.Record{
		VersionID:    m.VersionID.ValueString(),
		ETag:         m.ETag.ValueString(),
		CRC64:        m.ContentCRC64.ValueString(),
		Length:       m.ContentLength.ValueInt64(),
		LastModified: m.LastModified.ValueString(),
	}
}

// expected is what an update supposes to be there: what the last refresh saw.
func (p privateState) expected(state model) inspect.Record {
	if p.Seen != nil {
		return *p.Seen
	}
	return p.ours(state)
}

// encryptionUnknown reports an object that exists and that no available key can read.
func (p privateState) encryptionUnknown(state model) bool {
	if p.Seen != nil && p.Seen.Opaque {
		return true
	}
	// States of older versions show it by what they lack.
	return state.ContentCRC64.IsNull() && !p.WriteOnlyBody && state.observed().Mode == sse.ModeNone
}

// ours is the write that made the object ours. The state holds it as well: a
// refresh leaves it there while the object is another.
func (p privateState) ours(state model) inspect.Record {
	if p.Record != nil {
		return *p.Record
	}
	return state.recorded()
}

// own removes imposed headers from a HEAD response.
func (p privateState) own(info *cosclient.Info, recorded model) {
	p.Imposed.Replace(&info.Attributes, recorded.stored())
}

// wrote notes a write, and how it is known.
func (p *privateState) wrote(loc cosclient.Location, info cosclient.Info, imposed cosclient.Imposed) {
	p.Imposed = imposed
	r := inspect.RecordOf(info, p.WriteOnlyBody)
	r.Address = address(loc)
	p.setLock(info.Lock)
	p.Record, p.Seen, p.Move, p.Replaced, p.Decision = &r, nil, nil, "", nil
}
