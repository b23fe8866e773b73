package object_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func customerKey(t *testing.T, text string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Imports with every form of the ID and every encryption. Importing writes nothing,
// and the first apply only records the source of the body.
func TestAccImport(t *testing.T) {
	t.Parallel()
	ring := `sse_customer_keys = { other = "` + acctest.KeyB + `", mine = "` + acctest.KeyA + `" }`
	table := map[string]struct {
		id       func(bucket string) string
		object   cosmock.NewObject
		argument string
		imported []string // requests of the import
		later    string   // the HEAD of later refreshes
	}{
		"bucket/key, SSE-COS": {
			id:       func(bucket string) string { return bucket + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeAES256},
			argument: `server_side_encryption = "AES256"`,
			imported: []string{"HEAD 200"}, later: "HEAD 200",
		},
		"cos://bucket/key, SSE-KMS": {
			id:       func(bucket string) string { return "cos://" + bucket + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1},
			argument: `server_side_encryption = "cos/kms"`,
			imported: []string{"HEAD 200"}, later: "HEAD 200",
		},
		"region:bucket/key, SSE-C": {
			id:       func(bucket string) string { return "ap-guangzhou:" + bucket + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
			argument: `sse_customer_key_name = "mine"`,
			imported: []string{"HEAD 400", "HEAD 200 customer"}, later: "HEAD 200 customer",
		},
		"SSE-C, the second key of the ring": {
			id:       func(bucket string) string { return bucket + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
			argument: `sse_customer_key_name = "other"`,
			imported: []string{"HEAD 400", "HEAD 400 customer", "HEAD 200 customer"}, later: "HEAD 200 customer",
		},
		"SSE-C, declared by the key itself": {
			id:       func(bucket string) string { return bucket + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
			argument: `sse_customer_key = "` + acctest.KeyA + `"`,
			imported: []string{"HEAD 400", "HEAD 200 customer"}, later: "HEAD 200 customer",
		},
	}
	const key = "a:b/c d"
	start := func(t *testing.T) (c *cases, config string) {
		t.Helper()
		c = newCases(t, table)
		config = c.Provider(ring)
		for name, tc := range table {
			object := tc.object
			object.Body = strings.NewReader("hello")
			object.Header = http.Header{"Content-Type": {"text/x-own"}, "Cache-Control": {"no-store"}}
			must(t, c.PutObject(c.bucket(name), key, object))
			config += c.object(name, key, tc.argument, hello, `cache_control = "no-store"`)
		}
		return c, config
	}
	// recorded returns the step that applies after the import and plans again.
	recorded := func(c *cases, config string) resource.TestStep {
		step := resource.TestStep{
			PreConfig:         c.ResetRequests,
			Config:            config,
			ConfigStateChecks: []statecheck.StateCheck{c.Wrote()},
		}
		for name, tc := range table {
			step.ConfigStateChecks = append(step.ConfigStateChecks, acctest.State(c.address(name), map[string]any{"content_type": "text/x-own"}))
			step.ConfigPlanChecks.PostApplyPostRefresh = append(step.ConfigPlanChecks.PostApplyPostRefresh, c.sent(name, tc.later))
		}
		return step
	}
	t.Run("by command", func(t *testing.T) {
		t.Parallel()
		c, config := start(t)
		var steps []resource.TestStep
		for name, tc := range table {
			steps = append(steps, resource.TestStep{
				PreConfig:          c.ResetRequests,
				Config:             config,
				ImportState:        true,
				ImportStatePersist: true,
				ResourceName:       c.address(name),
				ImportStateId:      tc.id(c.bucket(name)),
				ImportStateCheck: func([]*terraform.InstanceState) error {
					return c.sent(name, tc.imported...)()
				},
			})
		}
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: c.Factories(), Steps: append(steps, recorded(c, config))})
	})
	t.Run("by block", func(t *testing.T) {
		t.Parallel()
		c, config := start(t)
		for name, tc := range table {
			config += "import {\n  to = " + c.address(name) + "\n  id = " + acctest.Quote(tc.id(c.bucket(name))) + "\n}\n"
		}
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: c.Factories(), Steps: []resource.TestStep{recorded(c, config)}})
	})
}

// importStep returns a step that imports the object a with the import command.
func importStep(config string) resource.TestStep {
	return resource.TestStep{
		Config:             config,
		ImportState:        true,
		ImportStatePersist: true,
		ResourceName:       address,
		ImportStateId:      importID,
	}
}

// An object imported without a declared body keeps its body. One copy applies all
// other differences.
func TestAccImportWithoutBody(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello")}))
	config := w.Provider() + w.Object("a", plain)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			importStep(config),
			{
				PreConfig: w.ResetRequests,
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"),
					w.Holds("a", "hello", sse.Observed{Mode: sse.ModeAES256}),
				},
			},
		},
	})
}

// COS never returns an encryption context, so after an import one copy sets it.
func TestAccImportWithContext(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}))
	config := w.Provider() + w.Object("a", `server_side_encryption = "cos/kms"`, `sse_context = base64encode("{\"a\": \"b\"}")`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			importStep(config),
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					w.That("a", "context and key", []string{`{"a": "b"}`, acctest.KMSKey1}, func(o cosmock.Object) any { return []string{o.KMSContext, o.KMSKeyID} }),
				},
			},
		},
	})
}

func TestAccImportErrors(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	if err := w.PutObject(w.Bucket(), "secret", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}); err != nil {
		t.Fatal(err)
	}
	var steps []resource.TestStep
	for name, tc := range map[string]struct {
		id   string
		want []string
	}{
		"no key":            {w.Bucket(), []string{"Invalid Import ID", "bucket/key"}},
		"nothing":           {"/", []string{"Invalid Import ID"}},
		"no region":         {":" + w.Bucket() + "/a", []string{"Invalid Import ID"}},
		"bucket, no appid":  {"bucket/a", []string{"Invalid Bucket", "name-appid"}},
		"key that cannot":   {w.Bucket() + "/a/../b", []string{"Invalid Object Key"}},
		"not there":         {w.Bucket() + "/none", []string{"Cannot import non-existent remote object"}},
		"a key nobody has":  {w.Bucket() + "/secret", []string{"Unable to Import", "none of the 1 keys of the keyring", "sse_customer_keys"}},
		"another region":    {"ap-beijing:" + w.Bucket() + "/secret", nil},
		"cos:// and region": {"cos://" + w.Region() + ":" + w.Bucket() + "/none", []string{"Cannot import non-existent"}},
	} {
		step := importStep("# " + name + "\n" + w.Provider(keyring) + w.Object("a", plain, `content = ""`))
		step.ImportStateId = tc.id
		step.ExpectError = acctest.Error(append(tc.want, "Error:")...)
		steps = append(steps, step)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
}

// At most 16 keys are tried to find the right one.
func TestAccImportTriesSixteenKeys(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}))
	step := importStep(w.Provider(`sse_customer_keys = merge({ for i in range(20) : format("k%02d", i) => base64encode(format("%032d", i)) }, { z = "`+acctest.KeyA+`" })`) +
		w.Object("a", `sse_customer_key_name = "z"`))
	step.ExpectError = acctest.Error("Unable to Import Encrypted Object")
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{step}})
	if tried := count(w)["HEAD 400 customer"]; tried != 16 {
		t.Errorf("%d keys were tried", tried)
	}
}

// An ID that is empty, as from a variable of the shell that is not set, is an ID like
// any other wrong one. The CLI sends a null identity with it.
func TestAccImportOfAnEmptyID(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{{
		Config: w.Provider() + w.Object("a", plain), ResourceName: address,
		ImportState: true, ImportStateIdFunc: func(*terraform.State) (string, error) { return "", nil },
		ExpectError: acctest.Error("Invalid Import ID", "bucket/key"),
	}}})
}
