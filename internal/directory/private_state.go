package directory

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// privateState is what is remembered beside the state. Nothing in it is secret.
type privateState struct {
	Record record
	// Seen is what a refresh found in place of what is recorded, by key. It says
	// what an apply may overwrite, and never what is ours to delete.
	Seen map[string]inspect.Record
	// Imposed are headers that the bucket shows for each object although nobody
	// stored them.
	Imposed cosclient.Imposed
	// Instance is the token that tells this instance from others of the run.
	Instance string
	// Successor names the place of a directory that is planned to be created. If
	// a Delete is given it, it makes room for that one.
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

// recall reads the private state. What cannot be read counts as absent: of a
// record that is lost nothing proves anything, and each object is asked for.
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

// noteInstance writes what a plan adds, and leaves the record alone: it is large.
func (p privateState) noteInstance(ctx context.Context, to keyWriter, diags *diag.Diagnostics) {
	data, _ := json.Marshal(p.Instance) // a string always can be
	diags.Append(to.SetKey(ctx, privateInstance, data)...)
	data = nil
	if p.Successor != "" {
		data, _ = json.Marshal(p.Successor)
	}
	diags.Append(to.SetKey(ctx, privateSuccessor, data)...)
}

// of returns what is recorded of the files at a place; empty if nothing is.
func (r record) of(home place) map[string]entry {
	for _, p := range r.Places {
		if p.same(home) && p.Files != nil {
			return p.Files
		}
	}
	return map[string]entry{}
}

// same reports whether two places are one.
func (p place) same(other place) bool {
	return p.Region == other.Region && p.Bucket == other.Bucket && p.Prefix == other.Prefix
}

// String names the place for people.
func (p place) String() string {
	return cosclient.Location{Bucket: p.Bucket, Key: p.Prefix}.String()
}

// id names the place for claims.
func (p place) id() string { return p.Region + " " + p.String() }

// at is the object of a key at the place.
func (p place) at(key string) cosclient.Location {
	return cosclient.Location{Region: p.Region, Bucket: p.Bucket, Key: key}
}

// written is what is to be found if nobody has written the object since. A
// record has no version: what a listing tells is compared.
func (e entry) written() inspect.Record {
	return inspect.Record{ETag: e.ETag, CRC64: e.Sum.CRC64String(), Length: e.Sum.Length, LastModified: inspect.TimeText(e.Modified), Opaque: true}
}

// seenAs is the record of what a refresh found.
func seenAs(info cosclient.Info) inspect.Record {
	r := inspect.RecordOf(info, false)
	r.VersionID, r.Opaque = "", true
	return r
}
