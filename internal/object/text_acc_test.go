package object_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// text is stored, compared and repaired like any other body. Replacing another
// argument with the same bytes sends nothing, and text is never stored in the state
// together with a key.
func TestAccText(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string { return w.Provider(keyring) + w.Object("a.txt", lines...) }
	holds := func(text string) statecheck.StateCheck {
		return w.Holds("a.txt", text, sse.Observed{Mode: sse.ModeAES256})
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config(plain, `text = "one\ntwo\n"`),
				ConfigStateChecks: []statecheck.StateCheck{holds("one\ntwo\n")},
			},
			{
				Config: config(plain, `text = "one\nthree\n"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					acctest.Changes(address, map[string]acctest.From{
						"text":           {Before: "one\ntwo\n", After: "one\nthree\n"},
						"content_crc64":  {Before: acctest.Any, After: acctest.Any},
						"content_length": {Before: 8.0, After: 10.0},
					})),
				ConfigStateChecks: []statecheck.StateCheck{holds("one\nthree\n")},
			},
			{ // the same bytes from another argument
				PreConfig:         w.ResetRequests,
				Config:            config(plain, `content = "one\nthree\n"`),
				ConfigStateChecks: []statecheck.StateCheck{w.Wrote(), holds("one\nthree\n")},
			},
			{
				Config:      config(plain, `content = "a"`, `text = "a"`),
				ExpectError: acctest.Error("More Than One Body", "text and content"),
			},
			{
				Config:      config(`text = "a"`, `sse_customer_key = "`+acctest.KeyA+`"`),
				ExpectError: acctest.Error("Text Beside a Key in the State", "sse_customer_key_name"),
			},
			{
				Config:            config(`text = ""`, `sse_customer_key_name = "b"`),
				ConfigStateChecks: []statecheck.StateCheck{w.Holds("a.txt", "", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5})},
			},
		},
	})
}

// The plan shows which lines of a text change.
//
// With our runner: the test checks the wording of the plan.
func TestAccTextInThePlan(t *testing.T) {
	t.Parallel()
	w, ws := acctest.New(t), acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a.txt", plain, `text = "one\ntwo\nthree\n"`))
	ws.Apply()
	ws.Config(w.Provider(), w.Object("a.txt", plain, `text = "one\n2\nthree\n"`))
	checkReport(t, ws.Run("plan"), []string{"- two", "+ 2", "one", "three"}, "sensitive value")
}
