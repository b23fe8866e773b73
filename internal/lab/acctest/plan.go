package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Unknown is a value that a plan says is known after the apply.
const Unknown = "(known after apply)"

// Any is a value that may be what it likes, but not null.
const Any = "(any)"

// From is what a plan makes of an attribute: from the one value to the other.
// Numbers are written as in JSON, null is nil.
type From struct{ Before, After any }

// Changes compares what a plan makes of these attributes of a resource. The
// others may do as they like.
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

// OnlyUnknown compares the attributes of a resource that are known after the
// apply only.
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

// Actions compares what is planned for each of these addresses, as the plan
// writes it: "no-op", "create", "update", "delete", "delete, create".
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

// NoDrift makes sure that the plan tells of no change of a resource outside of
// Terraform.
func NoDrift(address string) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		for _, c := range plan.ResourceDrift {
			if c.Address == address {
				return fmt.Errorf("%s has drifted: %v, was %v", address, c.Change.After, c.Change.Before)
			}
		}
		return nil
	})
}

// Imports makes sure that a resource is imported, and that nothing is added.
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

// Planned counts what is planned, by action. Without one the plan is empty.
func Planned(want map[string]int) plancheck.PlanCheck {
	return planCheck(func(plan *tfjson.Plan) error {
		got := map[string]int{}
		for _, c := range plan.ResourceChanges {
			for _, action := range c.Change.Actions {
				if action != tfjson.ActionNoop {
					got[string(action)]++
				}
			}
		}
		if want == nil {
			want = map[string]int{}
		}
		return Differ("planned", want, got)
	})
}

// Deposed counts the instances that are deposed.
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

// attribute is one value of an object of a plan; a number is a float64.
func attribute(object any, name string) any {
	values, _ := object.(map[string]any)
	value := values[name]
	if n, ok := value.(json.Number); ok {
		f, _ := n.Float64()
		return f
	}
	return value
}
