package object_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const address = "cos_encrypted_object.test"

// The life of an object under the plugin testing framework: create, update, rotate,
// replace, import and disappear, with the plan of each.
func TestAccLifecycle(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(key string, lines ...string) string { return w.Provider(keyring) + w.Object(key, lines...) }
	value := func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
	}
	action := func(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy: func(*terraform.State) error {
			if keys := w.Keys(w.Bucket()); len(keys) > 0 {
				t.Errorf("left behind: %q", keys)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:           config("a.json", plain, `content = "{}"`, `metadata = { owner = "me" }`),
				ConfigPlanChecks: action(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					value("id", knownvalue.StringExact(w.Bucket()+"/a.json")),
					value("region", knownvalue.StringExact(w.Region())),
					value("server_side_encryption", knownvalue.StringExact("AES256")),
					value("content_type", knownvalue.StringExact("application/json")),
					value("content_length", knownvalue.Int64Exact(2)),
					value("content_crc64", knownvalue.NotNull()),
					value("storage_class", knownvalue.StringExact("STANDARD")),
					value("metadata", knownvalue.MapExact(map[string]knownvalue.Check{"owner": knownvalue.StringExact("me")})),
					value("sse_customer_key_md5", knownvalue.Null()),
				},
			},
			{
				Config:           config("a.json", `server_side_encryption = "AES-256"`, `content = "{}"`, `metadata = { owner = "me" }`),
				ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			},
			{
				Config: config("a.json", `sse_customer_key_name = "b"`, `content = "{}"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("sse_customer_key_md5")),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("server_side_encryption"), knownvalue.Null()),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("content_type"), knownvalue.StringExact("application/json")),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					value("server_side_encryption", knownvalue.Null()),
					value("sse_customer_key_md5", knownvalue.StringExact(acctest.KeyBMD5)),
					value("metadata", knownvalue.Null()),
				},
			},
			{
				ResourceName:            address,
				ImportState:             true,
				ImportStateVerify:       true,
				ImportStateVerifyIgnore: []string{"content"},
			},
			{
				Config:           config("b.json", `sse_customer_key_name = "b"`, `content = "{}"`),
				ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			},
			{
				PreConfig: func() {
					if err := w.DeleteObject(w.Bucket(), "b.json"); err != nil {
						t.Error(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
			{
				Config:           config("b.json", `sse_customer_key_name = "b"`, `content = "{}"`),
				ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			},
		},
	})
}

// An import by identity works if the CLI supports identities. Otherwise the CLI
// reports an error, and an import by ID works.
func TestAccImportByIdentity(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "dir/a b", cosmock.NewObject{Body: strings.NewReader("x"), Mode: sse.ModeAES256}))
	config := w.Provider() + w.Object("dir/a b", plain, `content = "x"`)
	block := func(by string) string { return config + "import {\n  to = " + address + "\n  " + by + "\n}\n" }
	byIdentity := resource.TestStep{Config: block(`identity = { bucket = "` + w.Bucket() + `", key = "dir/a b" }`)}
	byID := resource.TestStep{Config: block(`id = "` + w.Bucket() + `/dir/a b"`)}
	imported := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Imports(address)}}
	blockAgain := resource.TestStep{ImportState: true, ResourceName: address, ImportStateKind: resource.ImportBlockWithID, Config: config, ExpectNonEmptyPlan: true}
	var steps []resource.TestStep
	if acctest.AtLeast(t, "1.12") {
		byIdentity.ConfigPlanChecks = imported
		byIdentity.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
			"bucket": knownvalue.StringExact(w.Bucket()), "key": knownvalue.StringExact("dir/a b"), "region": knownvalue.StringExact(w.Region()),
		})}
		again := blockAgain
		again.ImportStateKind = resource.ImportBlockWithResourceIdentity
		steps = []resource.TestStep{byIdentity, again, blockAgain}
	} else {
		byIdentity.ExpectError = acctest.Error("Error:")
		byID.ConfigPlanChecks = imported
		steps = []resource.TestStep{byIdentity, byID, blockAgain}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
}
