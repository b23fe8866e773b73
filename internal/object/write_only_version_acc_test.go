package object_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The version of a write-only body is any number and is compared exactly: the
// hash of a secret is a natural one, and its last digit counts.
func TestAccWriteOnlyVersionIsAnyNumber(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ first, second string }{
		"a hash":          {`parseint(sha256("one"), 16)`, `parseint(sha256("two"), 16)`},
		"a hash, plus 1":  {`parseint(sha256("one"), 16)`, `parseint(sha256("one"), 16) + 1`},
		"a fraction":      {"1.5", "1.25"},
		"0.1":             {"0.1", "0.1000000000000000000001"},
		"2^80":            {"1208925819614629174706176", "1208925819614629174706177"},
		"2^64, not 0":     {"0", "18446744073709551616"},
		"a negative one":  {"-1", "-9223372036854775809"},
		"a unix time":     {"1800000000123456789", "1800000000123456790"},
		"a small integer": {"1", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			config := func(version string) string {
				return w.Provider() + w.Object("a", plain, `content_wo = "secret"`, "content_wo_version = "+version)
			}
			step := func(version string, a plancheck.ResourceActionType) resource.TestStep {
				return resource.TestStep{
					Config:            config(version),
					ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}},
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("content_wo_version"), knownvalue.NotNull())},
				}
			}
			puts := func(want int) resource.TestCheckFunc {
				return func(*terraform.State) error {
					got := 0
					for _, call := range w.Calls() {
						if strings.HasPrefix(call, "PUT ") {
							got++
						}
					}
					if got != want {
						return fmt.Errorf("%d uploads, want %d: %q", got, want, w.Calls())
					}
					return nil
				}
			}
			first, again, second := step(tc.first, plancheck.ResourceActionCreate), step(tc.first, plancheck.ResourceActionNoop), step(tc.second, plancheck.ResourceActionUpdate)
			first.Check, again.Check, second.Check = puts(1), puts(1), puts(2)
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{first, again, second}})
		})
	}
}
