package object

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The decoder returns the same model as the framework for any state or
// configuration.
func TestDecode(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var resp resource.SchemaResponse
	NewResource().Schema(ctx, resource.SchemaRequest{}, &resp)
	object, _ := resp.Schema.Type().TerraformType(ctx).(tftypes.Object)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		raw := randomValue(rng, object, false)
		var want model
		if diags := (tfsdk.State{Raw: raw, Schema: resp.Schema}).Get(ctx, &want); diags.HasError() {
			t.Fatalf("%v: %v", raw, diags)
		}
		got, err := decode(ctx, raw)
		if err != nil {
			t.Fatalf("%v: %v", raw, err)
		}
		a, b := reflect.ValueOf(want), reflect.ValueOf(got)
		for i := range a.NumField() {
			x, okX := a.Field(i).Interface().(attr.Value)
			y, okY := b.Field(i).Interface().(attr.Value)
			if !okX || !okY || !x.Equal(y) || reflect.TypeOf(x) != reflect.TypeOf(y) {
				t.Fatalf("%s: the framework has %v, decode %v", a.Type().Field(i).Name, x, y)
			}
		}
	}
}

// A value of the wrong type causes an error, not a panic.
func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	if _, err := decode(context.Background(), tftypes.NewValue(tftypes.String, "x")); err == nil {
		t.Error("a string was decoded")
	}
}

// randomValue returns a value of a type: null, unknown, or with random elements.
func randomValue(rng *rand.Rand, typ tftypes.Type, leaf bool) tftypes.Value {
	if leaf {
		switch rng.IntN(4) {
		case 0:
			return tftypes.NewValue(typ, nil)
		case 1:
			return tftypes.NewValue(typ, tftypes.UnknownValue)
		}
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		values := map[string]tftypes.Value{}
		for name, t := range typ.AttributeTypes {
			values[name] = randomValue(rng, t, true)
		}
		return tftypes.NewValue(typ, values)
	case tftypes.Map:
		values := map[string]tftypes.Value{}
		for range rng.IntN(3) {
			values[randomText(rng)] = randomValue(rng, typ.ElementType, true)
		}
		return tftypes.NewValue(typ, values)
	}
	switch {
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, rng.IntN(2) == 0)
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, rng.Int64N(1<<40)-1<<20)
	}
	return tftypes.NewValue(typ, randomText(rng))
}

func randomText(rng *rand.Rand) string {
	texts := []string{"", "a", "AES256", "ключ", "a\x00b", "long " + string(make([]byte, 300))}
	return texts[rng.IntN(len(texts))]
}
