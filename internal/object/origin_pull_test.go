package object_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// In a bucket with an origin-pull rule, an object behaves as in any other: it can
// be created, created again once it is missing, and destroyed when it is already
// gone. The error for a missing object mentions the rule.
func TestAccOriginPull(t *testing.T) {
	t.Parallel()
	table := map[string]cosmock.OriginPull{
		"redirect":              {},
		"redirect, any refusal": {Statuses: []int{400, 403, 404}},
		"asynchronous":          {Mode: cosmock.OriginAsync},
		"an origin that fails":  {Mode: cosmock.OriginFailing},
	}
	own := fleet{}
	var declared, ephemeral string
	var creates []plancheck.PlanCheck
	var holds []statecheck.StateCheck
	for name, rule := range table {
		rule.Origin = "https://origin.example.com"
		own[name] = acctest.New(t, func(o *cosmock.Options) { o.OriginPull = rule })
	}
	for name, w := range own {
		declared += own.of(name, w.Provider()+w.Object("a", aes, hello))
		ephemeral += own.of(name, w.Provider()+"ephemeral \"cos_encrypted_object\" \"test\" {\n  bucket = "+acctest.Quote(w.Bucket())+"\n  key    = \"a\"\n}\n")
		creates = append(creates, plancheck.ExpectResourceAction(own.address(name), plancheck.ResourceActionCreate))
		holds = append(holds, named(name, w.Holds("a", "hello", sse.Observed{Mode: sse.ModeAES256})))
	}
	gone := func() {
		for _, w := range own {
			must(t, w.DeleteObject(w.Bucket(), "a"))
		}
	}
	quiet := func() {
		for name, w := range own {
			acctest.Now(t, named(name, w.SaysNot("may not be in")))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: own.factories(),
		Steps: []resource.TestStep{
			{Config: declared},
			{
				PreConfig:         gone,
				Config:            declared,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: creates},
				ConfigStateChecks: holds,
			},
			{PreConfig: gone, Config: declared, Destroy: true},
			{PreConfig: quiet, Config: ephemeral, ExpectError: regexp.MustCompile("Error:")},
		},
	})
	for name, w := range own {
		says := "Origin-pull is on"
		if table[name].Mode != cosmock.OriginRedirect { // a HEAD does not trigger a redirect
			says = "404"
		}
		// The error is the only diagnostic, and does not say that the object may not be
		// in the bucket.
		acctest.Now(t, named(name, w.SaysTimes(1, "", says)))
	}
}

// A rule for other statuses hides why an object cannot be read. The object does not
// count as missing: it stays in the state and is not overwritten.
//
// With our runner: there are two workspaces.
func TestAccOriginPullHidesAKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) {
		o.OriginPull = cosmock.OriginPull{Origin: "https://origin.example.com", Statuses: []int{400, 403, 404}}
	})
	ws := acctest.NewWorkspace(t)
	object := w.Object("a", `sse_customer_key_name = "mine"`, hello)
	ws.Config(w.Provider(`sse_customer_keys = { mine = "`+acctest.KeyA+`" }`), object)
	ws.Apply()
	ws.EmptyPlan()
	// The listing includes the object even without its key.
	ws.Config(w.Provider(), w.Object("a", aes, `overwrite = false`, hello))
	if r := ws.Run("apply", "-refresh-only", "-auto-approve"); r.Code != 0 {
		t.Errorf("a refresh without the key:\n%s", r.Output())
	}
	if ws.Attributes("cos_encrypted_object.test")["sse_customer_key_md5"] != acctest.KeyAMD5 {
		t.Error("the object is no longer in the state")
	}
	// Another configuration does not overwrite it.
	other := acctest.NewWorkspace(t)
	other.Config(w.Provider(), w.Object("a", aes, hello))
	if r := other.Fail("apply", "-auto-approve"); !containsAll(r.Text(), "origin-pull rule of the bucket hides why") {
		t.Errorf("it does not tell of the rule:\n%s", r.Output())
	}
	checkStored(t, w, "a", "hello", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}, customerKey(t, acctest.KeyA))
}
