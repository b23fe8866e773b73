package object_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// COS copies a multi-AZ object only within its class. Another class requires an
// upload, and without a body the error explains this. A key rotation is still a
// copy.
func TestAccMultiAZClass(t *testing.T) {
	t.Parallel()
	const customer, body = `sse_customer_key_name = "b"`, `content = "x"`
	const standard, infrequent = `storage_class = "MAZ_STANDARD"`, `storage_class = "MAZ_STANDARD_IA"`
	const withoutBody = "no body any more"
	type state struct {
		key    string
		lines  []string
		class  string   // afterwards
		writes []string // that lead there
	}
	table := map[string][2]state{
		"another class": {
			{"a", []string{plain, body, standard}, "MAZ_STANDARD", []string{"PUT 200 AES256 1 bytes"}},
			{"a", []string{plain, body, infrequent}, "MAZ_STANDARD_IA", []string{"PUT 200 AES256 1 bytes"}},
		},
		"another encryption": {
			{"a", []string{plain, body, infrequent}, "MAZ_STANDARD_IA", []string{"PUT 200 AES256 1 bytes"}},
			{"a", []string{customer, body}, "MAZ_STANDARD_IA", []string{"PUT copy 200 customer"}},
		},
		"another key and class": {
			{"a", []string{customer, body, infrequent}, "MAZ_STANDARD_IA", []string{"PUT 200 customer 1 bytes"}},
			{"b", []string{customer, body, standard}, "MAZ_STANDARD", []string{"PUT 200 customer 1 bytes"}},
		},
		withoutBody: {
			{"b", []string{customer, body, standard}, "MAZ_STANDARD", []string{"PUT 200 customer 1 bytes"}},
			{"b", []string{customer}, "MAZ_STANDARD", nil},
		},
	}
	c := newCases(t, table, func(o *cosmock.Options) { o.MultiAZ, o.Undocumented.MultiAZStrict = true, true })
	config := func(step int, more ...string) string {
		text := c.Provider(keyring)
		for _, name := range c.names {
			lines := table[name][step].lines
			if name == withoutBody {
				lines = slices.Concat(lines, more)
			}
			text += c.object(name, table[name][step].key, lines...)
		}
		return text
	}
	plans := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		var checks []plancheck.PlanCheck
		for _, name := range c.names {
			checks = append(checks, c.plans(name, plancheck.ExpectResourceAction(c.address(name), action)))
		}
		return resource.ConfigPlanChecks{PreApply: checks}
	}
	// wrote checks which writes led to the class of each object.
	wrote := func(step int) []statecheck.StateCheck {
		var checks []acctest.Check
		for _, name := range c.names {
			checks = append(checks, named(name, func() error {
				var writes []string
				for _, r := range c.Requests() {
					if r.Method == "PUT" && r.Bucket == c.bucket(name) {
						writes = append(writes, acctest.Call(r))
					}
				}
				want := table[name][step]
				return acctest.Differ("class and writes", []any{want.class, want.writes}, []any{c.stored(name, want.key).Class, writes})
			}))
		}
		return asStateChecks(append(checks, acctest.Do(c.ResetRequests)))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(0), ConfigStateChecks: wrote(0)},
			{Config: config(1), ConfigPlanChecks: plans(plancheck.ResourceActionUpdate), ConfigStateChecks: wrote(1)},
			{
				Config:      config(1, infrequent),
				ExpectError: regexp.MustCompile(`(?s)only\s+into\s+its\s+own\s+class`),
			},
			{Config: config(1), ConfigPlanChecks: plans(plancheck.ResourceActionNoop)},
		},
	})
}

// The documentation is not conclusive. If COS does copy such an object, the class
// changes without a body.
func TestAccMultiAZClassByCopy(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string { return w.Provider() + w.Object("a", append(lines, plain)...) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(`content = "x"`, `storage_class = "MAZ_STANDARD"`)},
			{Config: config(`storage_class = "MAZ_STANDARD_IA"`), ConfigPlanChecks: expect(plancheck.ResourceActionUpdate)},
			{Config: config(`storage_class = "MAZ_STANDARD_IA"`), ConfigPlanChecks: expect(plancheck.ResourceActionNoop)},
		},
	})
}
