package directory

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// privateState is stored next to the state. It contains no secrets.
type privateState struct {
	Record record
	// Seen is what a refresh found instead of the recorded objects, by key. It
	// determines what an apply may overwrite, but never what is ours to delete.
	Seen map[string]inspect.Record
	// Imposed are headers that the bucket returns for each object without having
	// stored them.
	Imposed cosclient.Imposed
	// Instance is the token that distinguishes this instance from others of the
	// run.
	Instance string
	// Successor names the place of a directory that is planned to be created. If
	// Delete receives it, the directory is being replaced by that one.
	Successor string
}

const (
	privateRecord    = "record"
	privateSeen      = "seen"
	privateImposed   = "imposed_headers"
	privateInstance  = "instance"
	privateSuccessor = "successor"
)

type keyReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type keyWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// recall reads the private state. If it cannot be read, it counts as absent.
// Without a record, nothing is known about the objects, and each is requested.
func recall(ctx context.Context, from keyReader) (privateState, diag.Diagnostics) {
	var p privateState
	var diags diag.Diagnostics
	for key, read := range map[string]func([]byte){
		privateRecord: func(data []byte) {
			if r, err := unmarshalRecord(data); err == nil {
				p.Record = r
			}
		},
		privateSeen:      func(data []byte) { _ = json.Unmarshal(data, &p.Seen) },
		privateImposed:   func(data []byte) { _ = json.Unmarshal(data, &p.Imposed) },
		privateInstance:  func(data []byte) { _ = json.Unmarshal(data, &p.Instance) },
		privateSuccessor: func(data []byte) { _ = json.Unmarshal(data, &p.Successor) },
	} {
		data, got := from.GetKey(ctx, key)
		diags.Append(got...)
		if len(data) > 0 {
			read(data)
		}
	}
	return p, diags
}

// note writes the private state.
func (p privateState) note(ctx context.Context, to keyWriter) diag.Diagnostics {
	var diags diag.Diagnostics
	set := func(key string, value []byte, err error) {
		if err != nil {
			diags.AddError("Unable to Store Private State", err.Error())
			return
		}
		diags.Append(to.SetKey(ctx, key, value)...)
	}
	data, err := p.Record.marshal()
	set(privateRecord, data, err)
	imposed := []byte(nil)
	if len(p.Imposed) > 0 {
		imposed, err = json.Marshal(p.Imposed)
	}
	set(privateImposed, imposed, err)
	p.noteInstance(ctx, to, &diags)
	if len(p.Seen) == 0 {
		set(privateSeen, nil, nil)
		return diags
	}
	data, err = json.Marshal(p.Seen)
	set(privateSeen, data, err)
	return diags
}

// noteInstance writes what a plan adds without rewriting the record, which is
// large.
func (p privateState) noteInstance(ctx context.Context, to keyWriter, diags *diag.Diagnostics) {
	data, _ := json.Marshal(p.Instance) // marshaling a string never fails
	diags.Append(to.SetKey(ctx, privateInstance, data)...)
	data = nil
	if p.Successor != "" {
		data, _ = json.Marshal(p.Successor)
	}
	diags.Append(to.SetKey(ctx, privateSuccessor, data)...)
}

// of returns the recorded files at a place.
func (r record) of(home place) map[string]entry {
	for _, p := range r.Places {
		if p.same(home) && p.Files != nil {
			return p.Files
		}
	}
	return map[string]entry{}
}

// same reports whether two places are equal.
func (p place) same(other place) bool {
	return p.Region == other.Region && p.Bucket == other.Bucket && p.Prefix == other.Prefix
}

// String returns the place for messages.
func (p place) String() string {
	return cosclient.Location{Bucket: p.Bucket, Key: p.Prefix}.String()
}

// id returns the place for claims.
func (p place) id() string { return p.Region + " " + p.String() }

// at returns the location of a key at the place.
func (p place) at(key string) cosclient.Location {
	return cosclient.Location{Region: p.Region, Bucket: p.Bucket, Key: key}
}

// written returns the record that the object must match if nobody has written it
// since. It has no version, since it is compared with a listing.
func (e entry) written() inspect.Record {
	return inspect.Record{ETag: e.ETag, CRC64: e.Sum.CRC64String(), Length: e.Sum.Length, LastModified: inspect.TimeText(e.Modified), Opaque: true}
}

// seenAs returns the record of what a refresh found.
func seenAs(info cosclient.Info) inspect.Record {
	r := inspect.RecordOf(info, false)
	r.VersionID, r.Opaque = "", true
	return r
}
