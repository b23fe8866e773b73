package acctest

import (
	"context"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// State compares these attributes of a resource in the state: strings, bools,
// float64 and nil, maps of them.
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

// StateThat looks at the attributes of a resource with a function.
func StateThat(address string, check func(attributes map[string]any) error) statecheck.StateCheck {
	return stateCheck(func(state *tfjson.State) error {
		values, err := valuesOf(state, address)
		if err != nil {
			return err
		}
		return check(values)
	})
}

// NotInState makes sure that there is no such resource in the state.
func NotInState(address string) statecheck.StateCheck {
	return stateCheck(func(state *tfjson.State) error {
		if _, err := valuesOf(state, address); err == nil {
			return fmt.Errorf("%s is in the state", address)
		}
		return nil
	})
}

// Keeps compares attributes of a resource with what they were where it was
// first asked: what must not change in the meantime.
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

// Variables are values for the variables of a configuration, which stand in no
// file that the CLI quotes. "" is one that is not set.
func Variables(values map[string]string) config.Variables {
	variables := config.Variables{}
	for name, value := range values {
		if value != "" {
			variables[name] = config.StringVariable(value)
		}
	}
	return variables
}

// Sensitive declares variables whose values the CLI does not show.
func Sensitive(names ...string) string { return declare("sensitive = true", names) }

// Ephemeral declares variables whose values are in no plan and no state.
func Ephemeral(names ...string) string { return declare("ephemeral = true", names) }

// EphemeralOrNull declares ephemeral variables that a run may leave out.
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
