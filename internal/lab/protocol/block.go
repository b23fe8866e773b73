package protocol

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Block is a list or action block in a configuration file, converted to Go
// values. Older CLIs cannot read such files.
type Block struct {
	Kind, Type, Name string
	Arguments        map[string]any // of the block itself
	Config           map[string]any // of its nested config block
}

// Blocks parses the list and action blocks of a file. Their values have to be
// constants.
func Blocks(text string) ([]Block, error) {
	file, diags := hclsyntax.ParseConfig([]byte(text), "blocks.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	body, _ := file.Body.(*hclsyntax.Body) // always succeeds for native syntax
	var all []Block
	for _, block := range body.Blocks {
		if block.Type != "list" && block.Type != "action" || len(block.Labels) != 2 {
			continue
		}
		b := Block{Kind: block.Type, Type: block.Labels[0], Name: block.Labels[1]}
		var err error
		if b.Arguments, err = constants(block.Body); err != nil {
			return nil, err
		}
		for _, inner := range block.Body.Blocks {
			if inner.Type != "config" {
				return nil, fmt.Errorf("the block %s has a block %s", b.Name, inner.Type)
			}
			if b.Config, err = constants(inner.Body); err != nil {
				return nil, err
			}
		}
		all = append(all, b)
	}
	return all, nil
}

// constants evaluates the attributes of a body except for the reference to a
// provider.
func constants(body *hclsyntax.Body) (map[string]any, error) {
	all := map[string]any{}
	for name, attribute := range body.Attributes {
		if name == "provider" {
			continue
		}
		value, diags := attribute.Expr.Value(nil)
		if diags.HasErrors() {
			return nil, diags
		}
		var err error
		if all[name], err = plain(value); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

func plain(value cty.Value) (any, error) {
	switch {
	case value.Type() == cty.String:
		return value.AsString(), nil
	case value.Type() == cty.Bool:
		return value.True(), nil
	case value.Type() == cty.Number:
		n, _ := value.AsBigFloat().Int64()
		return n, nil
	case value.CanIterateElements():
		var all []string
		for _, element := range value.AsValueSlice() {
			text, err := plain(element)
			if err != nil {
				return nil, err
			}
			all = append(all, fmt.Sprint(text))
		}
		return all, nil
	}
	return nil, fmt.Errorf("a %s", value.Type().FriendlyName())
}
