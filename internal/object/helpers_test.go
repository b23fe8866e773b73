package object_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func containsAll(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

// headOf returns the HEAD request for an object with the given encryption.
func headOf(asked string) string {
	if asked == "customer" {
		return "HEAD 200 customer"
	}
	return "HEAD 200"
}

// planned returns the checks of a step that plans an action for the resource.
func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, more...)}
}

// unchanged are the checks of a step whose plan is empty.
var unchanged = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

// imported checks the attributes of the only imported resource.
func imported(check func(attributes map[string]string) error) resource.ImportStateCheckFunc {
	return func(states []*terraform.InstanceState) error {
		if len(states) != 1 {
			return fmt.Errorf("%d resources were imported", len(states))
		}
		return check(states[0].Attributes)
	}
}

// twoNamed is a keyring with both keys, named by their letters.
const twoNamed = `sse_customer_keys = { a = "` + acctest.KeyA + `", b = "` + acctest.KeyB + `" }`

func asStateChecks(checks []acctest.Check) []statecheck.StateCheck {
	var all []statecheck.StateCheck
	for _, check := range checks {
		all = append(all, check)
	}
	return all
}

func asPlanChecks(checks []acctest.Check) []plancheck.PlanCheck {
	var all []plancheck.PlanCheck
	for _, check := range checks {
		all = append(all, check)
	}
	return all
}

// writeFile writes a file into a folder and returns its path.
func writeFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// workingDir returns a folder for TestCase.WorkingDir. The launcher of the CLI
// knows plugin-testing by the name of its folder.
func workingDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "plugintest")
	must(t, os.Mkdir(dir, 0o755))
	return dir
}
