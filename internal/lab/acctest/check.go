package acctest

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

var (
	_ plancheck.PlanCheck   = Check(nil)
	_ statecheck.StateCheck = Check(nil)
)

// Check looks at something other than a plan or a state: the requests on the
// wire, the objects on the server, the diagnostics, the files. It stands
// wherever a step of terraform-plugin-testing takes a check, and is made at
// that moment of the step.
//
//   - in ConfigPlanChecks.PreApply it sees what planning did,
//   - in ConfigStateChecks what the apply did,
//   - in ConfigPlanChecks.PostApplyPostRefresh what the plan after it did.
type Check func() error

// CheckPlan makes it a plan check.
func (c Check) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// CheckState makes it a state check.
func (c Check) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c()
}

// OfState makes it a TestCase.CheckDestroy or a TestStep.Check.
func (c Check) OfState(*terraform.State) error { return c() }

// Do is something that happens at this moment of a step: between a plan and its
// apply, for example.
func Do(action func()) Check {
	return func() error { action(); return nil }
}

// Now makes the checks at once. After a step that expects an error the harness
// makes none of its own: they are made in the PreConfig of the next step, or
// after the test.
func Now(t *testing.T, checks ...Check) {
	t.Helper()
	for _, check := range checks {
		if err := check(); err != nil {
			t.Error(err)
		}
	}
}

// Before makes the checks in the PreConfig of a step.
func Before(t *testing.T, checks ...Check) func() {
	t.Helper()
	return func() {
		t.Helper()
		Now(t, checks...)
	}
}
