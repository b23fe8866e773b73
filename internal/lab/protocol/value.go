package protocol

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Value converts Go maps, lists, strings, booleans and numbers to a value of a
// type. Attributes that a map lacks are null.
func Value(typ tftypes.Type, from any) (tftypes.Value, error) {
	if v, ok := from.(tftypes.Value); ok {
		return v, nil
	}
	if from == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	switch t := typ.(type) {
	case tftypes.Object:
		given, ok := from.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("a %T for an object", from)
		}
		given = maps.Clone(given)
		all := make(map[string]tftypes.Value, len(t.AttributeTypes))
		for name, of := range t.AttributeTypes {
			v, err := Value(of, given[name])
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
			}
			all[name] = v
			delete(given, name)
		}
		for name := range given {
			return tftypes.Value{}, fmt.Errorf("there is no %s", name)
		}
		return tftypes.NewValue(t, all), nil
	case tftypes.Map:
		all := map[string]tftypes.Value{}
		given, ok := from.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("a %T for a map", from)
		}
		for name, one := range given {
			v, err := Value(t.ElementType, one)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
			}
			all[name] = v
		}
		return tftypes.NewValue(t, all), nil
	case tftypes.List:
		given, ok := from.([]string)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("a %T for a list of strings", from)
		}
		all := make([]tftypes.Value, 0, len(given))
		for _, one := range given {
			all = append(all, tftypes.NewValue(t.ElementType, one))
		}
		return tftypes.NewValue(t, all), nil
	}
	if err := tftypes.ValidateValue(typ, from); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(typ, from), nil
}

// Text returns a string attribute of an object, or "" if it is null, unknown or
// not a string.
func Text(object tftypes.Value, name string) string {
	var text string
	if v := attributes(object)[name]; !v.IsNull() && v.IsKnown() && v.Type().Is(tftypes.String) {
		_ = v.As(&text)
	}
	return text
}

// attributes returns the attributes of an object, or nil for other values.
func attributes(object tftypes.Value) map[string]tftypes.Value {
	var all map[string]tftypes.Value
	if object.As(&all) != nil {
		return nil
	}
	return all
}

// encode converts a Go value to the wire format of a type.
func encode(typ tftypes.Type, from any) (*tfprotov6.DynamicValue, error) {
	v, err := Value(typ, from)
	if err != nil {
		return nil, err
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, v)
	return &encoded, err
}
