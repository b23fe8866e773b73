package acctest

import (
	"context"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// State compares these attributes of a resource in the state. Values are strings,
// bools, float64, nil, or maps of them.
func State(address string, want map[string]any) statecheck.StateCheck {
	return stateCheck(func(state *tfjson.State) error {
		values, err := valuesOf(state, address)
		if err != nil {
			return err
		}
		got := map[string]any{}
		for name := range want {
			got[name] = attribute(values, name)
		}
		return Differ("state of "+address, want, got)
	})
}

// StateThat calls a function with the attributes of a resource.
func StateThat(address string, check func(attributes map[string]any) error) statecheck.StateCheck {
	return stateCheck(func(state *tfjson.State) error {
		values, err := valuesOf(state, address)
		if err != nil {
			return err
		}
		return check(values)
	})
}

// NotInState checks that the state does not contain a resource.
func NotInState(address string) statecheck.StateCheck {
	return stateCheck(func(state *tfjson.State) error {
		if _, err := valuesOf(state, address); err == nil {
			return fmt.Errorf("%s is in the state", address)
		}
		return nil
	})
}

// Keeps checks that attributes of a resource have the same values as when the
// check first ran.
func Keeps(address string, attributes ...string) statecheck.StateCheck {
	var before map[string]any
	return stateCheck(func(state *tfjson.State) error {
		values, err := valuesOf(state, address)
		if err != nil {
			return err
		}
		now := values
		if len(attributes) > 0 {
			now = map[string]any{}
			for _, name := range attributes {
				now[name] = attribute(values, name)
			}
		}
		if before == nil {
			before = now
			return nil
		}
		return Differ("state of "+address+" that should stay", before, now)
	})
}

type stateCheck func(*tfjson.State) error

func (c stateCheck) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c(req.State)
}

var errNotInState = errors.New("it is not in the state")

func valuesOf(state *tfjson.State, address string) (map[string]any, error) {
	if state.Values != nil {
		for _, r := range state.Values.RootModule.Resources {
			if r.Address == address {
				return r.AttributeValues, nil
			}
		}
	}
	return nil, fmt.Errorf("%s: %w", address, errNotInState)
}

// Variables passes values for the variables of a configuration. They are in no
// file that the CLI quotes. A variable with the value "" is not set.
func Variables(values map[string]string) config.Variables {
	variables := config.Variables{}
	for name, value := range values {
		if value != "" {
			variables[name] = config.StringVariable(value)
		}
	}
	return variables
}

// Sensitive declares sensitive variables.
func Sensitive(names ...string) string { return declare("sensitive = true", names) }

// Ephemeral declares ephemeral variables, whose values are in no plan or state.
func Ephemeral(names ...string) string { return declare("ephemeral = true", names) }

// EphemeralOrNull declares ephemeral variables that are null if they are not set.
func EphemeralOrNull(names ...string) string {
	return declare("ephemeral = true\n  sensitive = true\n  default   = null", names)
}

func declare(line string, names []string) string {
	text := ""
	for _, name := range names {
		text += "variable " + Quote(name) + " {\n  type      = string\n  " + line + "\n}\n"
	}
	return text
}
