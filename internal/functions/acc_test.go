package functions_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The functions by the real CLI: their values, with the types that a
// configuration sees.
func TestAccFunctions(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	ws.Write("body.txt", "[Object Content]")
	const made = "seCHeNtISG5fHtfDGKneKG5MbTz1Uep22zahbaiCCc0=" // see vectorA
	calls := map[string]struct {
		expression string
		want       any
	}{
		"crc64":       {`crc64("[Object Content]")`, "16749565679157681890"},
		"filecrc64":   {`filecrc64(` + acctest.Quote(ws.Dir+"/body.txt") + `)`, "16749565679157681890"},
		"context":     {`sse_context({ b = "123321", a = "asdfa" })`, "eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0="},
		"empty":       {`sse_context({})`, "e30="},
		"key":         {`sse_customer_key("0123456789ABCDEF0123456789ABCDEF")`, acctest.KeyA},
		"md5":         {`sse_customer_key_md5("` + acctest.KeyA + `")`, acctest.KeyAMD5},
		"derived":     {`derive_customer_key("` + strings.Repeat("A", 43) + `=", "examplebucket-1250000000", "a")`, made},
		"url":         {`object_url("examplebucket-1250000000", "ap-beijing", "a b/c")`, "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a%20b/c"},
		"parsed":      {`parse_object_url("https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a%20b?versionId=1")`, map[string]any{"bucket": "examplebucket-1250000000", "region": "ap-beijing", "key": "a b", "version_id": "1"}},
		"parsed_null": {`parse_object_url("cos://examplebucket-1250000000/a")`, map[string]any{"bucket": "examplebucket-1250000000", "region": nil, "key": "a", "version_id": nil}},
	}
	var config []string
	want := map[string]any{}
	for name, c := range calls {
		config = append(config, fmt.Sprintf("output %q {\n  value = provider::cos::%s\n}\n", name, c.expression))
		want[name] = c.want
	}
	ws.Config(config...)
	ws.Apply()
	var outputs map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(ws.Run("output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for name, o := range outputs {
		got[name] = o.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
}

// A null argument is an error at that argument, an unknown one gives an
// unknown result, a sensitive one a sensitive result.
func TestAccFunctionArguments(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	arguments := map[string][]string{
		"crc64":                {`"x"`},
		"derive_customer_key":  {`"` + strings.Repeat("A", 43) + `="`, `"examplebucket-1250000000"`, `"a"`},
		"filecrc64":            {acctest.Quote(ws.Write("body.txt", "x"))},
		"object_url":           {`"examplebucket-1250000000"`, `"ap-beijing"`, `"a"`},
		"parse_object_url":     {`"cos://examplebucket-1250000000/a"`},
		"sse_context":          {`{ a = "x" }`},
		"sse_customer_key":     {`"0123456789ABCDEF0123456789ABCDEF"`},
		"sse_customer_key_md5": {`"` + acctest.KeyA + `"`},
	}
	var nulls, unknowns []string
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

	ws.Config(nulls...)
	out := ws.Fail("plan").Text()
	if got := strings.Count(out, "argument must not be null"); got != len(nulls) {
		t.Errorf("%d nulls were refused, want %d:\n%s", got, len(nulls), out)
	}

	ws.Config(append(unknowns, "resource \"terraform_data\" \"later\" {\n  input = \"x\"\n}\n")...)
	plan := ws.ChangedPlan().Output()
	if got, want := strings.Count(plan, "(known after apply)"), len(unknowns)/2; got < want {
		t.Errorf("%d results are unknown, want %d:\n%s", got, want, plan)
	}
	ws.Apply()
	var outputs map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(ws.Run("output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	for name, o := range outputs {
		if strings.HasSuffix(name, "_sensitive") && o.Value != true {
			t.Errorf("%s: %v", name, o.Value)
		}
	}
	if len(outputs) != len(unknowns) {
		t.Errorf("%d outputs, want %d", len(outputs), len(unknowns))
	}
	ws.EmptyPlan()
}

// An error points at the argument and shows no secret.
func TestAccFunctionErrors(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	const short = "canary-key-of-twenty-nine-by."
	ws.Env = append(ws.Env, "TF_VAR_short="+short)
	const variable = "variable \"short\" {\n  sensitive = true\n}\n"
	for name, tc := range map[string]struct {
		expression string
		says       []string
	}{
		"key":      {`sse_customer_key(var.short)`, []string{`Invalid value for "text" parameter`, "exactly 32 bytes, and this text has 29."}},
		"md5":      {`sse_customer_key_md5(var.short)`, []string{`Invalid value for "key" parameter`, "not base64"}},
		"master":   {`derive_customer_key(base64encode(var.short), "examplebucket-1250000000", "a")`, []string{`Invalid value for "master" parameter`, "decodes to 29."}},
		"bucket":   {`derive_customer_key(var.short, "examplebucket", "a")`, []string{`Invalid value for "master" parameter`}},
		"url":      {`parse_object_url("https://example.com/?q-signature=${var.short}")`, []string{`Invalid value for "url" parameter`, "COS's own"}},
		"url part": {`object_url("examplebucket-1250000000", "ap", "a")`, []string{`Invalid value for "region" parameter`}},
		"file":     {`filecrc64("/none/such")`, []string{`Invalid value for "path" parameter`, "/none/such", "no such file"}},
		"context":  {`sse_context({ a = null })`, []string{`Invalid value for "context" parameter`, `"a" is null`}},
	} {
		t.Run(name, func(t *testing.T) {
			ws.Config(variable, "output \"x\" {\n  sensitive = true\n  value     = provider::cos::"+tc.expression+"\n}\n")
			out := ws.Fail("plan")
			for _, part := range tc.says {
				if !strings.Contains(out.Text(), part) {
					t.Errorf("does not say %q:\n%s", part, out.Output())
				}
			}
			if strings.Contains(out.Text(), "..") {
				t.Errorf("two full stops:\n%s", out.Output())
			}
			if found := acctest.Leaks(out.Output(), short); len(found) > 0 {
				t.Errorf("shows the secret, as %q:\n%s", found, out.Output())
			}
		})
	}
}
