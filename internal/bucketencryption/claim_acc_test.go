package bucketencryption_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// again is a second resource for the default of the bucket, as if two modules
// declared it.
func again(w *acctest.World, lines ...string) string {
	return strings.Replace(encryption(w, lines...), `"test"`, `"again"`, 1)
}

// Two resources have the default of one bucket. Removing one must not remove the
// default that the other keeps. If both go, so does the default.
func TestAccKeptByAnother(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	one := w.Provider() + encryption(w, aes)
	both := one + again(w, aes)
	keeps := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{notRemoved(w)}}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy: func(*terraform.State) error {
			if all := calls(w, 0); !slices.Contains(all, "DELETE 204") {
				return fmt.Errorf("the default is left: %q", all)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{Config: one},
			{Config: both},
			{Config: one, ExpectError: acctest.Error("Default Encryption Both Kept and Destroyed", w.Bucket(), "destroy = false", "terraform state rm")},
			{Config: one + "removed {\n  from = cos_bucket_encryption.again\n  lifecycle {\n    destroy = false\n  }\n}\n", ConfigPlanChecks: keeps},
			{Config: both, ConfigPlanChecks: keeps},
		},
	})
}

// Two resources that want another default for one bucket would undo what the other
// one does in every apply, and each of them would end without an error.
func TestAccDeclaredTwice(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	first := w.Provider() + encryption(w, kms, kmsKey1)
	refused := func(config string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: acctest.Error("Default Encryption Declared Twice", w.Bucket())}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{
		refused(w.Provider() + encryption(w, aes) + again(w, sm4)),
		{Config: first},
		{Config: first + again(w, kms)}, // any key will do for the second one
		refused(first + again(w, kms, kmsKey2)),
		refused(first + again(w, aes)),
	}})
}

// A replacement takes the default away from the bucket that it leaves, as a
// destruction does.
func TestAccKeptByAnotherInReplacement(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = append(o.Buckets, "lab-1250000000", "other-1250000000") })
	both := w.Provider() + encryption(w, aes) + again(w, aes)
	away := w.Provider() + encryption(w, aes) + block("again", `bucket = "other-1250000000"`, aes)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{
		{Config: both},
		{Config: away, ExpectError: acctest.Error("Default Encryption Both Kept and Destroyed", w.Bucket())},
		{Config: both, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{notRemoved(w)}}},
	}})
}

// The plan of a replacement is made twice, and ignore_changes applies to the first
// only: what it ignores is not another declaration.
//
// With our runner: -replace is an option of the CLI.
func TestAccReplacementIgnoresChanges(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	const ignored = "lifecycle {\n    ignore_changes = [server_side_encryption]\n  }"
	ws.Config(w.Provider(), encryption(w, aes, ignored))
	ws.Apply()
	ws.Config(w.Provider(), encryption(w, sm4, ignored))
	ws.EmptyPlan()
	ws.Apply("-replace=" + address)
	ws.EmptyPlan()
}

// A replacement that creates first finds the default that it is to have, and the
// old instance leaves it.
//
// With our runner: -replace is an option of the CLI.
func TestAccReplacementCreatesFirst(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), encryption(w, aes, "lifecycle {\n    create_before_destroy = true\n  }"))
	ws.Apply()
	ws.Apply("-replace=" + address)
	acctest.Now(t, notRemoved(w))
	ws.EmptyPlan()
	ws.Destroy()
}

// notRemoved checks that no request has removed the default.
func notRemoved(w *acctest.World) acctest.Check {
	return func() error {
		if all := calls(w, 0); slices.Contains(all, "DELETE 204") {
			return fmt.Errorf("the default was removed: %q", all)
		}
		return nil
	}
}
