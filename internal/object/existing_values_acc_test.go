package object_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func expect(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func importBlock(id string) string {
	return "import {\n  to = " + address + "\n  id = " + acctest.Quote(id) + "\n}\n"
}

// Values stored by other programs can be declared as they are, and both a copy and
// an upload keep them. They are rejected only if the object does not have them.
func TestAccExistingValuesAreDeclarable(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	stored := http.Header{
		"Content-Type":        {"text/plain"},
		"Content-Disposition": {`attachment; filename="报表 ü.txt"`},
		"Cache-Control":       {"max-age=0\t, no-cache"},
		"Expires":             {"0"},
		"X-Cos-Meta-Title":    {"中文标题"},
	}
	tags := map[string]string{"a&b": "", strings.Repeat("k", 128): "v"}
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("x"), Mode: sse.ModeAES256, Header: stored.Clone(), Tags: tags}))
	declared := []string{
		`content_disposition = "attachment; filename=\"报表 ü.txt\""`, `cache_control = "max-age=0\t, no-cache"`, `expires = "0"`, `metadata = { title = "中文标题" }`,
	}
	withTags := append(declared, `tags = { "a&b" = "", "`+strings.Repeat("k", 128)+`" = "v" }`)
	config := func(lines []string, more ...string) string {
		return w.Provider(keyring) + w.Object("a", append(append([]string{}, lines...), more...)...)
	}
	kept := func(*terraform.State) error {
		o, _ := w.Stored("a")
		if diff := cmp.Diff([]any{stored, tags}, []any{o.Header, o.Tags}); diff != "" {
			t.Errorf("what the object has (-want +got):\n%s", diff)
		}
		return nil
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:           config(declared, plain) + importBlock(w.Bucket()+"/a"),
				ConfigPlanChecks: expect(plancheck.ResourceActionNoop),
				Check:            kept,
			},
			{ // tags have not been read before
				Config:           config(withTags, plain),
				ConfigPlanChecks: expect(plancheck.ResourceActionUpdate),
				Check:            kept,
			},
			{
				Config:           config(withTags, plain),
				ConfigPlanChecks: expect(plancheck.ResourceActionNoop),
			},
			{
				PreConfig:        func() { w.Configure(func(u *cosmock.Undocumented) { u.LongerTags = true }) },
				Config:           config(declared, `sse_customer_key_name = "b"`, `content = "x"`),
				ConfigPlanChecks: expect(plancheck.ResourceActionUpdate),
				Check:            kept,
			},
			{
				Config:      config(append(declared, `content_language = "中文"`), plain),
				ExpectError: regexp.MustCompile(`(?s)Invalid Header.*content_language`),
			},
			{
				Config:      config(nil, plain, `metadata = { title = "另一个标题" }`),
				ExpectError: regexp.MustCompile(`(?s)Invalid Header.*urlencode`),
			},
			{
				Config:      config(declared, plain, `tags = { "c&d" = "e" }`),
				ExpectError: regexp.MustCompile(`(?s)Invalid Tag.*"c&d"`),
			},
		},
	})
}

// Null elements are ignored, both when they are added and when they stay: the plan
// after each apply is empty.
func TestAccNullElements(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string {
		return w.Provider() + "variable \"none\" {\n  type = string\n  default = null\n}\n" + w.Object("a", append(lines, plain, `content = "x"`)...)
	}
	both := []string{`metadata = { owner = "me", team = var.none }`, `tags = { a = "b", c = var.none }`}
	nulls := []string{`metadata = { team = var.none }`, `tags = { c = var.none }`}
	holds := func(owner string, tags map[string]string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			o, _ := w.Stored("a")
			_, team := o.Header["X-Cos-Meta-Team"]
			if diff := cmp.Diff([]any{owner, false, tags}, []any{o.Header.Get("X-Cos-Meta-Owner"), team, o.Tags}); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			return nil
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(both...), ConfigPlanChecks: expect(plancheck.ResourceActionCreate), Check: holds("me", map[string]string{"a": "b"})},
			{
				Config:           config(`metadata = { owner = "me" }`, `tags = { a = "b" }`),
				ConfigPlanChecks: expect(plancheck.ResourceActionNoop),
			},
			{Config: config(append(both, `cache_control = "no-store"`)...), ConfigPlanChecks: expect(plancheck.ResourceActionUpdate), Check: holds("me", map[string]string{"a": "b"})},
			{Config: config(nulls...), ConfigPlanChecks: expect(plancheck.ResourceActionUpdate), Check: holds("", map[string]string{})},
			{ // drift is detected despite them
				PreConfig: func() {
					must(t, w.SetTags(w.Bucket(), "a", map[string]string{"c": "d"}))
					must(t, w.SetHeader(w.Bucket(), "a", "X-Cos-Meta-Team", "blue"))
				},
				Config:           config(nulls...),
				ConfigPlanChecks: expect(plancheck.ResourceActionUpdate),
				Check:            holds("", map[string]string{}),
			},
		},
	})
}
