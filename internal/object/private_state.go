package object

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// privateState is what the provider stores about an instance in addition to its
// state. It contains no secrets, and no checksum of a write-only body.
type privateState struct {
	// Record describes the object of the last write, import or move. A refresh
	// never changes it, because the provider deletes only the recorded object.
	Record *inspect.Record
	// Seen describes the object that the last refresh found, nil if it is the
	// recorded one.
	Seen *inspect.Record
	// Lock is the lock of the object when it was last read, nil if none is known.
	Lock *cosclient.Lock
	// Imposed lists headers that COS returns although they were not stored.
	Imposed cosclient.Imposed
	// Instance is the token that distinguishes this instance from others of the run.
	Instance string
	// WriteOnlyBody: content_wo set the body. WriteOnlyKey: sse_customer_key_wo set
	// the customer key.
	WriteOnlyBody, WriteOnlyKey bool
	// Rotation describes the last key rotation by sse_customer_key_wo.
	Rotation *rotation
	// Move describes the copy left by an unfinished move.
	Move *unfinishedMove
	// Replaced is the address of a planned replacement whose predecessor has the
	// same address.
	Replaced string
	// Decision is the planned update.
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

// keyValues is the framework's interface to the private state.
type keyValues interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// fields pairs each key with its field. The zero values nil, false and "" are not
// stored.
func (p *privateState) fields() map[string]any {
	return map[string]any{
		privateRecord: &p.Record, privateSeen: &p.Seen, privateLock: &p.Lock, privateImposed: &p.Imposed, privateInstance: &p.Instance,
		privateWriteOnlyBody: &p.WriteOnlyBody, privateWriteOnlyKey: &p.WriteOnlyKey,
		privateRotation: &p.Rotation, privateMove: &p.Move, privateReplaced: &p.Replaced, privateDecision: &p.Decision,
	}
}

// recall reads the private state. Values that cannot be decoded count as absent.
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

// note stores the private state.
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

// recorded returns the record that the state itself contains.
func (m model) recorded() inspect.Record {
	return inspect.Record{
		VersionID:    m.VersionID.ValueString(),
		ETag:         m.ETag.ValueString(),
		CRC64:        m.ContentCRC64.ValueString(),
		Length:       m.ContentLength.ValueInt64(),
		LastModified: m.LastModified.ValueString(),
	}
}

// expected returns the record of the object that an update expects to find, as of
// the last refresh.
func (p privateState) expected(state model) inspect.Record {
	if p.Seen != nil {
		return *p.Seen
	}
	return p.ours(state)
}

// encryptionUnknown reports whether no available key can read the existing object.
func (p privateState) encryptionUnknown(state model) bool {
	if p.Seen != nil && p.Seen.Opaque {
		return true
	}
	// Older versions did not record Seen; missing values in the state show it.
	return state.ContentCRC64.IsNull() && !p.WriteOnlyBody && state.observed().Mode == sse.ModeNone
}

// ours returns the record of the last write by this instance. The state contains it
// as well, because a refresh leaves it there if it finds another object.
func (p privateState) ours(state model) inspect.Record {
	if p.Record != nil {
		return *p.Record
	}
	return state.recorded()
}

// own removes the imposed headers from a HEAD response.
func (p privateState) own(info *cosclient.Info, recorded model) {
	p.Imposed.Replace(&info.Attributes, recorded.stored())
}

// wrote records a successful write.
func (p *privateState) wrote(loc cosclient.Location, info cosclient.Info, imposed cosclient.Imposed) {
	p.Imposed = imposed
	r := inspect.RecordOf(info, p.WriteOnlyBody)
	r.Address = address(loc)
	p.setLock(info.Lock)
	p.Record, p.Seen, p.Move, p.Replaced, p.Decision = &r, nil, nil, "", nil
}
