package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Unknown stands for a value that is known only after the apply.
const Unknown = "(known after apply)"

// Any stands for any value except null.
const Any = "(any)"

// From is the planned change of an attribute from one value to another. Numbers
// are float64 as in JSON, and null is nil.
type From struct{ Before, After any }

// Changes compares the planned changes of these attributes of a resource. It
// ignores other attributes.
func Changes(address string, want map[string]From) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		change, err := changeOf(plan, address)
		if err != nil {
			return err
		}
		want, got := maps.Clone(want), map[string]From{}
		if want == nil {
			want = map[string]From{}
		}
		for name := range want {
			before, after := attribute(change.Before, name), attribute(change.After, name)
			if attribute(change.AfterUnknown, name) == true {
				after = Unknown
			}
			if want[name].Before == Any && before != nil {
				before = Any
			}
			if want[name].After == Any && after != nil {
				after = Any
			}
			got[name] = From{before, after}
		}
		return Differ("changes of "+address, want, got)
	})
}

// OnlyUnknown compares the list of a resource's attributes that are known only
// after the apply.
func OnlyUnknown(address string, want ...string) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		change, err := changeOf(plan, address)
		if err != nil {
			return err
		}
		got := []string{}
		unknown, _ := change.AfterUnknown.(map[string]any)
		for name, value := range unknown {
			if value == true {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		want := nonNil(want)
		slices.Sort(want)
		return Differ("unknown in the plan of "+address, want, got)
	})
}

// Actions compares the planned actions by address, as the plan prints them:
// "no-op", "create", "update", "delete", "delete, create".
func Actions(want map[string]string) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		got := map[string]string{}
		for _, c := range plan.ResourceChanges {
			var actions []string
			for _, action := range c.Change.Actions {
				actions = append(actions, string(action))
			}
			if _, asked := want[c.Address]; asked {
				got[c.Address] = strings.Join(actions, ", ")
			}
		}
		return Differ("planned", want, got)
	})
}

// NoDrift checks that the plan reports no changes of a resource outside of
// Terraform.
func NoDrift(address string) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		if plan.PlannedValues == nil {
			return errors.New("the plan was not read, because it changes nothing: tfcli.EveryPlan in the configuration has it read")
		}
		for _, c := range plan.ResourceDrift {
			if c.Address == address {
				return fmt.Errorf("%s has drifted: %v, was %v", address, c.Change.After, c.Change.Before)
			}
		}
		return nil
	})
}

// Imports checks that the plan imports a resource and creates nothing.
func Imports(address string) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		change, err := changeOf(plan, address)
		if err != nil {
			return err
		}
		if change.Importing == nil || change.Actions.Create() {
			return fmt.Errorf("%s is not imported: %v", address, change.Actions)
		}
		return nil
	})
}

// Planned compares the number of planned changes by action. An empty map expects
// an empty plan.
func Planned(want map[string]int) plancheck.PlanCheck {
	return plannedIf("planned", func(string) bool { return true }, want)
}

// PlannedOf is like Planned for the instances of one resource.
func PlannedOf(address string, want map[string]int) plancheck.PlanCheck {
	return plannedIf("planned of "+address, func(instance string) bool {
		return instance == address || strings.HasPrefix(instance, address+"[")
	}, want)
}

func plannedIf(what string, counted func(address string) bool, want map[string]int) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		got := map[string]int{}
		for _, c := range plan.ResourceChanges {
			if !counted(c.Address) {
				continue
			}
			for _, action := range c.Change.Actions {
				if action != tfjson.ActionNoop {
					got[string(action)]++
				}
			}
		}
		if want == nil {
			want = map[string]int{}
		}
		return Differ(what, want, got)
	})
}

// Deposed compares the number of deposed instances.
func Deposed(want int) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		got := 0
		for _, c := range plan.ResourceChanges {
			if c.DeposedKey != "" {
				got++
			}
		}
		return Differ("deposed instances", want, got)
	})
}

type planCheck func(*tfjson.Plan) error

func (c planCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c(req.Plan)
}

func changeOf(plan *tfjson.Plan, address string) (*tfjson.Change, error) {
	for _, c := range plan.ResourceChanges {
		if c.Address == address {
			return c.Change, nil
		}
	}
	return nil, fmt.Errorf("the plan does not have %s", address)
}

// attribute returns a value of an object in a plan. Numbers are float64.
func attribute(object any, name string) any {
	values, _ := object.(map[string]any)
	value := values[name]
	if n, ok := value.(json.Number); ok {
		f, _ := n.Float64()
		return f
	}
	return value
}
