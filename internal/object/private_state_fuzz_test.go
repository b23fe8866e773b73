package object

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// keptPrivate is the private state as the CLI stores it.
type keptPrivate map[string][]byte

func (p keptPrivate) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p keptPrivate) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if value == nil {
		delete(p, key)
		return nil
	}
	p[key] = value
	return nil
}

// The private state comes from a user's backend. Any bytes can be read, and reading
// them again after writing gives the same result.
func FuzzPrivateState(f *testing.F) {
	whole := keptPrivate{}
	p := privateState{
		Record:   &inspect.Record{VersionID: "v", ETag: "e", CRC64: "1", Length: 2, LastModified: "2026-01-02T03:04:05Z", Address: "a"},
		Seen:     &inspect.Record{Opaque: true},
		Imposed:  cosclient.Imposed{"Content-Disposition": "attachment"},
		Instance: "token", WriteOnlyBody: true, WriteOnlyKey: true, Replaced: "b",
		Rotation: &rotation{}, Move: &unfinishedMove{}, Decision: &decision{},
	}
	if diags := p.note(f.Context(), whole); diags.HasError() {
		f.Fatal(diags)
	}
	seed, err := json.Marshal(whole)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	for key := range p.fields() {
		for _, value := range []string{"null", `""`, "[]", `{"a":{}}`, "1e999", `{"length":"1"}`} {
			one, err := json.Marshal(keptPrivate{key: []byte(value)})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(one)
		}
	}
	f.Add([]byte(`{"record":"bm8gSlNPTg=="}`))
	f.Fuzz(func(t *testing.T, stored []byte) {
		private, ok := recallStored(t.Context(), stored)
		if !ok {
			return
		}
		var m model
		private.expected(m)
		private.encryptionUnknown(m)
		written := keptPrivate{}
		if diags := private.note(t.Context(), written); diags.HasError() {
			t.Fatal(diags)
		}
		again, diags := recall(t.Context(), written)
		if diags.HasError() {
			t.Fatal(diags)
		}
		twice := keptPrivate{}
		if diags := again.note(t.Context(), twice); diags.HasError() {
			t.Fatal(diags)
		}
		if diff := cmp.Diff(written, twice); diff != "" {
			t.Errorf("%s is read, written and read as something else: %s", stored, diff)
		}
	})
}

// A state of the official provider is either adopted or rejected with an error. An
// adopted state has the address of the object.
func FuzzMoveState(f *testing.F) {
	f.Add([]byte(`{"bucket":"b-1","key":"k","source":"","content":"c","tags":{"a":"b"},"acl":"private","id":"b-1:k"}`))
	f.Add([]byte(`{"bucket":"b-1","key":"k","tags":null,"content_type":"text/plain","storage_class":"STANDARD"}`))
	f.Add([]byte(`{"bucket":1}`))
	f.Add([]byte(`{"bucket":"b-1","key":"\u0000\ud800"}`))
	var own resource.SchemaResponse
	NewResource().Schema(f.Context(), resource.SchemaRequest{}, &own)
	empty := tftypes.NewValue(own.Schema.Type().TerraformType(f.Context()), nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		resp := resource.MoveStateResponse{TargetState: tfsdk.State{Schema: own.Schema, Raw: empty}}
		moveBucketObject(t.Context(), resource.MoveStateRequest{SourceTypeName: movedType, SourceRawState: &tfprotov6.RawState{JSON: raw}}, &resp)
		if resp.Diagnostics.HasError() {
			if !resp.TargetState.Raw.Equal(empty) {
				t.Errorf("%s: a refused state is taken over: %s", raw, resp.TargetState.Raw)
			}
			return
		}
		m, err := decode(t.Context(), resp.TargetState.Raw)
		if err != nil || m.Bucket.ValueString() == "" || m.Key.ValueString() == "" || m.ID.IsNull() {
			t.Errorf("%s: %v, %v", raw, m, err)
		}
	})
}
