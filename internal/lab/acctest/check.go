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

// Check inspects something other than a plan or state: the requests that were
// sent, the objects on the server, the diagnostics or the files. It can be used
// wherever a step of terraform-plugin-testing takes a check, and runs at that
// point of the step:
//
//   - in ConfigPlanChecks.PreApply it sees the effects of planning,
//   - in ConfigStateChecks those of the apply,
//   - in ConfigPlanChecks.PostApplyPostRefresh those of the plan after it.
type Check func() error

// CheckPlan implements plancheck.PlanCheck.
func (c Check) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// CheckState implements statecheck.StateCheck.
func (c Check) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c()
}

// OfState adapts the check to TestCase.CheckDestroy or TestStep.Check.
func (c Check) OfState(*terraform.State) error { return c() }

// Do returns a Check that runs an action at its point of a step, such as between
// a plan and its apply.
func Do(action func()) Check {
	return func() error { action(); return nil }
}

// Now runs the checks immediately. The harness runs no checks after a step that
// expects an error, so they have to run in the PreConfig of the next step or
// after the test.
func Now(t *testing.T, checks ...Check) {
	t.Helper()
	for _, check := range checks {
		if err := check(); err != nil {
			t.Error(err)
		}
	}
}

// Before returns a PreConfig function that runs the checks.
func Before(t *testing.T, checks ...Check) func() {
	t.Helper()
	return func() {
		t.Helper()
		Now(t, checks...)
	}
}
