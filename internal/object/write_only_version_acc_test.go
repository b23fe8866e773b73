package object_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The version of a write-only body may be any number and is compared exactly: a
// hash of the secret is a natural choice, whose last digit must count.
func TestAccWriteOnlyVersionIsAnyNumber(t *testing.T) {
	t.Parallel()
	table := map[string]struct{ first, second string }{
		"a hash":          {`parseint(sha256("one"), 16)`, `parseint(sha256("two"), 16)`},
		"a hash, plus 1":  {`parseint(sha256("one"), 16)`, `parseint(sha256("one"), 16) + 1`},
		"a fraction":      {"1.5", "1.25"},
		"0.1":             {"0.1", "0.1000000000000000000001"},
		"2^80":            {"1208925819614629174706176", "1208925819614629174706177"},
		"2^64, not 0":     {"0", "18446744073709551616"},
		"a negative one":  {"-1", "-9223372036854775809"},
		"a unix time":     {"1800000000123456789", "1800000000123456790"},
		"a small integer": {"1", "2"},
	}
	c := newCases(t, table)
	step := func(second bool, a plancheck.ResourceActionType, uploads int) resource.TestStep {
		step := resource.TestStep{Config: c.Provider()}
		for name, tc := range table {
			version := tc.first
			if second {
				version = tc.second
			}
			step.Config += c.object(name, "a", plain, `content_wo = "secret"`, "content_wo_version = "+version)
			step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(c.address(name), a))
			step.ConfigStateChecks = append(step.ConfigStateChecks,
				statecheck.ExpectKnownValue(c.address(name), tfjsonpath.New("content_wo_version"), knownvalue.NotNull()),
				named(name, func() error { return uploaded(c, name, uploads) }))
		}
		return step
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: c.Factories(), Steps: []resource.TestStep{
		step(false, plancheck.ResourceActionCreate, 1), step(false, plancheck.ResourceActionNoop, 1), step(true, plancheck.ResourceActionUpdate, 2),
	}})
}

// uploaded checks the number of uploads to the bucket of a case.
func uploaded(c *cases, name string, want int) error {
	var uploads []string
	for _, r := range c.Requests() {
		if r.Bucket == c.bucket(name) && r.Method == http.MethodPut {
			uploads = append(uploads, acctest.Call(r))
		}
	}
	if len(uploads) != want {
		return fmt.Errorf("%d uploads, want %d: %q", len(uploads), want, uploads)
	}
	return nil
}
