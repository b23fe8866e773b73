package functions_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The real CLI evaluates the functions to the expected values, with the types
// that a configuration sees.
func TestAccFunctions(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "body.txt", "[Object Content]")
	const made = "seCHeNtISG5fHtfDGKneKG5MbTz1Uep22zahbaiCCc0=" // see vectorA
	calls := map[string]struct {
		expression string
		want       knownvalue.Check
	}{
		"crc64":       {`crc64("[Object Content]")`, knownvalue.StringExact("16749565679157681890")},
		"filecrc64":   {`filecrc64(` + acctest.Quote(file) + `)`, knownvalue.StringExact("16749565679157681890")},
		"context":     {`sse_context({ b = "123321", a = "asdfa" })`, knownvalue.StringExact("eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0=")},
		"empty":       {`sse_context({})`, knownvalue.StringExact("e30=")},
		"key":         {`sse_customer_key("0123456789ABCDEF0123456789ABCDEF")`, knownvalue.StringExact(acctest.KeyA)},
		"md5":         {`sse_customer_key_md5("` + acctest.KeyA + `")`, knownvalue.StringExact(acctest.KeyAMD5)},
		"derived":     {`derive_customer_key("` + strings.Repeat("A", 43) + `=", "examplebucket-1250000000", "a")`, knownvalue.StringExact(made)},
		"url":         {`object_url("examplebucket-1250000000", "ap-beijing", "a b/c")`, knownvalue.StringExact("https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a%20b/c")},
		"parsed":      {`parse_object_url("https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a%20b?versionId=1")`, knownvalue.ObjectExact(map[string]knownvalue.Check{"bucket": knownvalue.StringExact("examplebucket-1250000000"), "region": knownvalue.StringExact("ap-beijing"), "key": knownvalue.StringExact("a b"), "version_id": knownvalue.StringExact("1")})},
		"parsed_null": {`parse_object_url("cos://examplebucket-1250000000/a")`, knownvalue.ObjectExact(map[string]knownvalue.Check{"bucket": knownvalue.StringExact("examplebucket-1250000000"), "region": knownvalue.Null(), "key": knownvalue.StringExact("a"), "version_id": knownvalue.Null()})},
	}
	config := acctest.Required
	var checks []statecheck.StateCheck
	for name, c := range calls {
		config += fmt.Sprintf("output %q {\n  value = provider::cos::%s\n}\n", name, c.expression)
		checks = append(checks, statecheck.ExpectKnownOutputValue(name, c.want))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// A null argument is reported at that argument. An unknown argument makes the
// result unknown, a sensitive one makes it sensitive.
func TestAccFunctionArguments(t *testing.T) {
	t.Parallel()
	arguments := map[string][]string{
		"crc64":                {`"x"`},
		"derive_customer_key":  {`"` + strings.Repeat("A", 43) + `="`, `"examplebucket-1250000000"`, `"a"`},
		"filecrc64":            {acctest.Quote(writeFile(t, "body.txt", "x"))},
		"object_url":           {`"examplebucket-1250000000"`, `"ap-beijing"`, `"a"`},
		"parse_object_url":     {`"cos://examplebucket-1250000000/a"`},
		"sse_context":          {`{ a = "x" }`},
		"sse_customer_key":     {`"0123456789ABCDEF0123456789ABCDEF"`},
		"sse_customer_key_md5": {`"` + acctest.KeyA + `"`},
	}
	var nulls, unknowns []string
	refused := false
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		for i, argument := range arguments[name] {
			with := func(other string) string {
				list := slices.Clone(arguments[name])
				list[i] = other
				return "provider::cos::" + name + "(" + strings.Join(list, ", ") + ")"
			}
			output := fmt.Sprintf("output \"%s_%d\" {\n  value = ", name, i)
			nulls = append(nulls, output+with("null")+"\n}\n")
			later := "terraform_data.later.output == \"\" ? null : " + argument
			if name == "sse_context" {
				later = `{ a = terraform_data.later.output }`
			}
			unknowns = append(unknowns, output+with(later)+"\n}\n", fmt.Sprintf("output \"%s_%d_sensitive\" {\n  value = issensitive(", name, i)+with("sensitive("+argument+")")+")\n}\n")
		}
	}

	later := "resource \"terraform_data\" \"later\" {\n  input = \"x\"\n}\n"
	var plans []plancheck.PlanCheck
	var states []statecheck.StateCheck
	for name, list := range arguments {
		for i := range list {
			output := fmt.Sprintf("%s_%d", name, i)
			plans = append(plans, plancheck.ExpectUnknownOutputValue(output))
			states = append(states, statecheck.ExpectKnownOutputValue(output, knownvalue.NotNull()),
				statecheck.ExpectKnownOutputValue(output+"_sensitive", knownvalue.Bool(true)))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		// Each null must be an error; ExpectError would accept a single one.
		ErrorCheck: func(err error) error {
			if got := strings.Count(strings.Join(strings.Fields(err.Error()), " "), "argument must not be null"); got != len(nulls) {
				return fmt.Errorf("%d nulls were refused, want %d: %w", got, len(nulls), err)
			}
			refused = true
			return nil
		},
		Steps: []resource.TestStep{
			{Config: acctest.Required + strings.Join(nulls, "")},
			{
				PreConfig: func() {
					if !refused {
						t.Error("nulls are not refused")
					}
				},
				Config:            acctest.Required + strings.Join(unknowns, "") + later,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: plans},
				ConfigStateChecks: states,
			},
		},
	})
}

// An error points at the argument and contains no secret.
func TestAccFunctionErrors(t *testing.T) {
	t.Parallel()
	const short = "canary-key-of-twenty-nine-by."
	steps := []resource.TestStep{}
	const variable = "variable \"short\" {\n  sensitive = true\n}\n"
	table := map[string]struct {
		expression string
		says       []string
	}{
		"key":      {`sse_customer_key(var.short)`, []string{`Invalid value for "text" parameter`, "exactly 32 bytes, and this text has 29."}},
		"md5":      {`sse_customer_key_md5(var.short)`, []string{`Invalid value for "key" parameter`, "not base64"}},
		"master":   {`derive_customer_key(base64encode(var.short), "examplebucket-1250000000", "a")`, []string{`Invalid value for "master" parameter`, "decodes to 29"}},
		"bucket":   {`derive_customer_key(var.short, "examplebucket", "a")`, []string{`Invalid value for "master" parameter`}},
		"url":      {`parse_object_url("https://example.com/?q-signature=${var.short}")`, []string{`Invalid value for "url" parameter`, "COS's own"}},
		"url part": {`object_url("examplebucket-1250000000", "ap guangzhou", "a")`, []string{`Invalid value for "region" parameter`}},
		"file":     {`filecrc64("/none/such")`, []string{`Invalid value for "path" parameter`, "/none/such", "no such file"}},
		"context":  {`sse_context({ a = null })`, []string{`Invalid value for "context" parameter`, `"a" is null`}},
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		tc := table[name]
		steps = append(steps, resource.TestStep{
			Config:          "# " + name + "\n" + acctest.Required + variable + "output \"x\" {\n  sensitive = true\n  value     = provider::cos::" + tc.expression + "\n}\n",
			ConfigVariables: acctest.Variables(map[string]string{"short": short}),
		})
	}
	seen := 0
	cases := slices.Sorted(maps.Keys(table))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		// This also checks what the error must not contain.
		ErrorCheck: func(err error) error {
			name := cases[seen]
			seen++
			text := strings.Join(strings.Fields(err.Error()), " ")
			for _, part := range table[name].says {
				if !strings.Contains(text, part) {
					return fmt.Errorf("%s does not say %q: %w", name, part, err)
				}
			}
			if strings.Contains(text, "..") {
				return fmt.Errorf("%s: two full stops: %w", name, err)
			}
			if found := acctest.Leaks(err.Error(), short); len(found) > 0 {
				return fmt.Errorf("%s shows the secret, as %q: %w", name, found, err)
			}
			return nil
		},
		Steps: steps,
	})
	if seen != len(table) {
		t.Errorf("%d of %d failed", seen, len(table))
	}
}

// writeFile writes a file for the test and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
