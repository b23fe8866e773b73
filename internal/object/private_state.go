package object

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// privateState is what the provider remembers of an instance beside its state.
// Nothing in it is secret, and of a write-only body it holds no checksum.
type privateState struct {
	// Record is what the last write, import or move made. A refresh never
	// changes it: only what is as recorded is ours to delete.
	Record *record
	// Seen is what a refresh found instead of what is recorded; nil if they agree.
	Seen *record
	// Instance is the token that tells this instance from others of the run.
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
		privateRecord: &p.Record, privateSeen: &p.Seen, privateInstance: &p.Instance,
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

// record identifies one write of an object. Empty fields are not known.
type record struct {
	VersionID    string `json:"version_id,omitempty"`
	ETag         string `json:"etag,omitempty"`
	CRC64        string `json:"crc64,omitempty"`
	Length       int64  `json:"length"`
	LastModified string `json:"last_modified,omitempty"` // RFC 3339, in whole seconds
	// Address is where the write was; "" in records of what was only seen.
	Address string `json:"address,omitempty"`
	// Opaque: a listing told it, and nobody knows how the object is encrypted.
	Opaque bool `json:"opaque,omitempty"`
}

// recordOf is the record of what HEAD tells. Of a write-only body neither ETag
// nor CRC64 is kept: they would let an attacker recover a short secret by brute
// force.
func recordOf(info cosclient.Info, writeOnly bool) record {
	r := record{VersionID: info.VersionID, ETag: info.ETag, CRC64: info.CRC64, Length: info.Length, LastModified: timeText(info.LastModified)}
	if writeOnly {
		r.ETag, r.CRC64 = "", ""
	}
	return r
}

// recorded is the record that the state itself holds.
func (m model) recorded() record {
	return record{
		VersionID:    m.VersionID.ValueString(),
		ETag:         m.ETag.ValueString(),
		CRC64:        m.ContentCRC64.ValueString(),
		Length:       m.ContentLength.ValueInt64(),
		LastModified: m.LastModified.ValueString(),
	}
}

// nullVersion is the version that a write replaces while versioning is
// suspended. Source: COS documentation, "Versioning Overview".
const nullVersion = "null"

// versionOf is a version id, "" for the one that a bucket without versioning has.
func versionOf(id string) string {
	if id == nullVersion {
		return ""
	}
	return id
}

// is reports whether HEAD describes the recorded write. A version id settles
// it. Otherwise ETag, time and length have to fit, and at least one of the
// first two has to be known.
func (r record) is(info cosclient.Info) bool {
	// A listing tells no version.
	if recorded, found := versionOf(r.VersionID), versionOf(info.VersionID); !r.Opaque && (recorded != "" || found != "") {
		return recorded == found
	}
	when := timeText(info.LastModified)
	return (r.ETag != "" || r.LastModified != "") &&
		(r.ETag == "" || r.ETag == info.ETag) &&
		(r.LastModified == "" || when == "" || r.LastModified == when) &&
		r.Length == info.Length
}

// sameBody reports whether both are known to be of the same bytes.
func (r record) sameBody(crc64 string, length int64) bool {
	return r.CRC64 != "" && r.CRC64 == crc64 && r.Length == length
}

// timeText is "" for the zero time.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// expected is what an update supposes to be there: what the last refresh saw.
func (p privateState) expected(state model) record {
	if p.Seen != nil {
		return *p.Seen
	}
	return p.ours(state)
}

// encryptionUnknown reports that an object is there which nobody here can read.
func (p privateState) encryptionUnknown(state model) bool {
	if p.Seen != nil && p.Seen.Opaque {
		return true
	}
	// States of older versions show it by what they lack.
	return state.ContentCRC64.IsNull() && !p.WriteOnlyBody && state.observed().Mode == sse.ModeNone
}

// ours is the write that made the object ours. The state holds it as well: a
// refresh leaves it there while the object is another.
func (p privateState) ours(state model) record {
	if p.Record != nil {
		return *p.Record
	}
	return state.recorded()
}

// wrote notes a write, and how it is known.
func (p *privateState) wrote(loc cosclient.Location, info cosclient.Info) {
	r := recordOf(info, p.WriteOnlyBody)
	r.Address = address(loc)
	p.Record, p.Seen, p.Move, p.Replaced, p.Decision = &r, nil, nil, "", nil
}
