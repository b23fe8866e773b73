package object_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ephemeralVariable declares an ephemeral variable, which is in no plan and no
// state.
func ephemeralVariable(name string) string { return acctest.Ephemeral(name) }

// A write-only customer key never reaches the state. Drift is still detected, and
// the object can be rotated and deleted.
func TestAccWriteOnlyKey(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), workingDir(t)
	step := func(key string, want ...string) resource.TestStep {
		md5 := customerKey(t, key).MD5()
		return resource.TestStep{
			Config:          w.Provider() + acctest.Ephemeral("key") + w.Object("a", hello, `sse_customer_key_wo = var.key`),
			ConfigVariables: acctest.Variables(map[string]string{"key": key}),
			ConfigStateChecks: []statecheck.StateCheck{
				w.Sent(want...),
				acctest.HidesInFiles(dir, key),
				acctest.State(address, map[string]any{"sse_customer_key_md5": md5}),
				w.Holds("a", "hello", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: md5}),
			},
			ConfigPlanChecks: resource.ConfigPlanChecks{
				// A refresh does not have the key, but the listing proves that the
				// object is unchanged.
				PostApplyPostRefresh: []plancheck.PlanCheck{w.Sent("HEAD 400", "GET 200")},
			},
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		WorkingDir:               dir,
		CheckDestroy:             w.HasKeys().OfState,
		Steps: []resource.TestStep{
			step(acctest.KeyA, "HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"),
			// Another spelling of the same key.
			step(strings.TrimRight(acctest.KeyA, "="), "HEAD 400", "GET 200"),
			// The old key is not available, so the body is uploaded again after a
			// check of the listing.
			step(acctest.KeyB, "HEAD 400", "GET 200", "HEAD 400", "GET 200", "GET ?tagging 200", "GET ?acl 200", "PUT 200 customer 5 bytes", "HEAD 200 customer"),
		},
	})
}

// If the old key is in the keyring, a write-only key rotates by a copy.
func TestAccWriteOnlyKeyRotationByCopy(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(ring string) string {
		return w.Provider(ring) + acctest.Ephemeral("key") + w.Object("a", `sse_customer_key_wo = var.key`, `content_wo = "hello"`, `content_wo_version = 1`)
	}
	key := func(value string) map[string]string { return map[string]string{"key": value} }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:          config(""),
				ConfigVariables: acctest.Variables(key(acctest.KeyA)),
			},
			{
				PreConfig:       w.ResetRequests,
				Config:          config(`sse_customer_keys = { old = "` + acctest.KeyA + `" }`),
				ConfigVariables: acctest.Variables(key(acctest.KeyB)),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					acctest.Changes(address, map[string]acctest.From{"sse_customer_key_md5": {Before: acctest.KeyAMD5, After: acctest.Unknown}}),
				}},
				// The state does not contain the ETag, so a HEAD reads it for the
				// condition of the copy.
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200 customer", "HEAD 200 customer", "GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"),
				},
			},
			{
				Config:           config(""),
				ConfigVariables:  acctest.Variables(key(acctest.KeyB)),
				ConfigPlanChecks: unchanged,
			},
		},
	})
}

// A write-only body is uploaded if its version changes or if somebody else changed
// the object. It leaves no checksum in the state.
func TestAccWriteOnlyContent(t *testing.T) {
	t.Parallel()
	var c clock
	w, dir := acctest.New(t, c.options), workingDir(t)
	config := func(version int, lines ...string) string {
		return w.Provider() + acctest.Ephemeral("body") + w.Object("a", append(lines, plain, `content_wo = var.body`, fmt.Sprint("content_wo_version = ", version))...)
	}
	body := func(value string) map[string]string { return map[string]string{"body": value} }
	stored := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			w.Holds("a", want, sse.Observed{Mode: sse.ModeAES256}),
			acctest.State(address, map[string]any{"content_wo": nil, "etag": nil, "content_crc64": nil, "content_length": float64(len(want))}),
			acctest.Check(func() error {
				o, _ := w.Stored("a")
				return acctest.HidesInFiles(dir, want, o.ETag)()
			}),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		WorkingDir:               dir,
		Steps: []resource.TestStep{
			{
				Config:            config(1),
				ConfigVariables:   acctest.Variables(body("the first secret")),
				ConfigStateChecks: stored("the first secret"),
			},
			{ // only the version matters
				Config:           config(1),
				ConfigVariables:  acctest.Variables(body("another secret")),
				ConfigPlanChecks: unchanged,
			},
			{
				Config:            config(2),
				ConfigVariables:   acctest.Variables(body("another secret")),
				ConfigStateChecks: stored("another secret"),
			},
			{
				PreConfig:       w.ResetRequests,
				Config:          config(2, `cache_control = "no-store"`),
				ConfigVariables: acctest.Variables(body("another secret")),
				ConfigStateChecks: append(stored("another secret"),
					w.Sent("HEAD 200", "HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200")),
			},
			{
				PreConfig: func() {
					c.forward(2 * time.Second) // Last-Modified has a resolution of one second
					must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("foreign secret"), Mode: sse.ModeAES256}))
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.HidesInFiles(dir, "foreign secret"),
				}},
			},
			{
				Config:            config(2, `cache_control = "no-store"`),
				ConfigVariables:   acctest.Variables(body("another secret")),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: stored("another secret"),
			},
		},
	})
}

// A body in the state can become write-only, and change back, without being sent
// again.
func TestAccContentBecomesWriteOnly(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	const inState, outside = `content = "a secret of some length"`, "content_wo = \"a secret of some length\"\n content_wo_version = 1"
	step := func(body string, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{
			PreConfig:         w.ResetRequests,
			Config:            w.Provider() + w.Object("a", plain, body),
			ConfigStateChecks: checks,
		}
	}
	hidden := func(want bool) statecheck.StateCheck {
		return acctest.StateThat(address, func(a map[string]any) error {
			if (a["content_crc64"] == nil && a["etag"] == nil && a["content"] == nil) != want {
				return fmt.Errorf("hidden is %v", !want)
			}
			return nil
		})
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			step(inState, hidden(false)),
			step(outside, hidden(true), w.Sent("HEAD 200")),
			step(inState, hidden(false)),
		},
	})
}

// An imported object with a declared write-only body is not uploaded again.
func TestAccImportWriteOnlyContent(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("secret"), Mode: sse.ModeAES256}))
	config := w.Provider() + w.Object("a", plain, `content_wo = "secret"`, `content_wo_version = 7`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:             config,
				ImportState:        true,
				ResourceName:       address,
				ImportStateId:      w.Bucket() + "/a",
				ImportStatePersist: true,
				// An import cannot access the configuration; the documentation
				// explains the consequences.
				ImportStateCheck: imported(func(a map[string]string) error {
					if a["content_crc64"] == "" || a["etag"] == "" {
						return fmt.Errorf("the state of the import has the CRC64 %q and the ETag %q", a["content_crc64"], a["etag"])
					}
					return nil
				}),
			},
			{
				PreConfig: w.ResetRequests,
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200"),
					acctest.State(address, map[string]any{"content_crc64": nil, "etag": nil}),
				},
			},
		},
	})
}

// A key that changes in every run causes a warning from the second time.
func TestAccUnstableKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	const explanation = "Warning: Customer Key Changes Repeatedly"
	var steps []resource.TestStep
	for i, explained := range []int{0, 0, 1, 1} {
		key, err := sse.NewCustomerKey([]byte(strings.Repeat(string(rune('a'+i)), sse.KeySize)))
		must(t, err)
		said := w.SaysTimes(0, explanation)
		if explained > 0 {
			said = w.Says(explanation, "random_bytes", "keep it in a secret store")
		}
		steps = append(steps, resource.TestStep{
			Config:            w.Provider() + acctest.Ephemeral("key") + w.Object("a", `sse_customer_key_wo = var.key`, `content = "x"`),
			ConfigVariables:   acctest.Variables(map[string]string{"key": key.Base64()}),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{said}},
			ConfigStateChecks: []statecheck.StateCheck{said},
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
}

// After a failed verification, the next apply writes a write-only body again.
// Nothing else in the state would show the difference.
func TestAccWriteOnlyContentNotProved(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(body string, version int) string {
		return w.Provider() + w.Object("a", plain, `content_wo = "`+body+`"`, fmt.Sprint("content_wo_version = ", version))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config("first", 1)},
			{
				PreConfig:   func() { arm(t, w, "PUT", cosmock.FaultWrongCRC, 1) },
				Config:      config("second", 2),
				ExpectError: acctest.Error("Unable to Update Encrypted Object"),
			},
			{
				PreConfig:         acctest.Before(t, w.SaysNot("10391171846257723915")), // the checksum of a secret
				Config:            config("second", 2),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{w.Body("a", "second")},
			},
		},
	})
}
