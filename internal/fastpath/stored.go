package fastpath

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Private is private state in the CLI's encoding. It has the methods of the
// framework's private state.
type Private map[string][]byte

// ParsePrivate decodes private state.
func ParsePrivate(stored []byte) (Private, error) {
	private := Private{}
	if len(stored) == 0 {
		return private, nil
	}
	err := json.Unmarshal(stored, &private)
	return private, err
}

// GetKey returns the value of a key, or nil.
func (p Private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

// SetKey sets the value of a key. An empty value removes the key.
func (p Private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if len(value) == 0 {
		delete(p, key)
		return nil
	}
	p[key] = value
	return nil
}

// bytes encodes the private state as the framework does.
func (p Private) bytes() ([]byte, error) {
	if len(p) == 0 {
		return nil, nil
	}
	return json.Marshal(p)
}

// Decoder decodes values of a resource type into its model, a struct with a tfsdk
// tag for each attribute. It does the same as the framework's Get, without
// walking the whole schema for each attribute.
type Decoder[Model any] struct{ fields []field }

// field is an attribute with the index of its field in the model.
type field struct {
	name  string
	typ   attr.Type
	index int
}

// NewDecoder returns a decoder for a resource type.
func NewDecoder[Model any](r resource.Resource) Decoder[Model] {
	var resp resource.SchemaResponse
	r.Schema(context.Background(), resource.SchemaRequest{}, &resp)
	attributes := resp.Schema.GetAttributes()
	m := reflect.TypeFor[Model]()
	d := Decoder[Model]{fields: make([]field, m.NumField())}
	for i := range d.fields {
		name := m.Field(i).Tag.Get("tfsdk")
		d.fields[i] = field{name: name, typ: attributes[name].GetType(), index: i}
	}
	return d
}

// Decode decodes a value that is neither null nor unknown.
func (d Decoder[Model]) Decode(ctx context.Context, value tftypes.Value) (Model, error) {
	var m Model
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		return m, err
	}
	into := reflect.ValueOf(&m).Elem()
	for _, f := range d.fields {
		v, err := f.typ.ValueFromTerraform(ctx, values[f.name])
		if err != nil {
			return m, err
		}
		into.Field(f.index).Set(reflect.ValueOf(v))
	}
	return m, nil
}
