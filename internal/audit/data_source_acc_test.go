package audit_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func data(w *acctest.World, lines ...string) string {
	return w.Provider() + "data \"cos_encrypted_objects\" \"test\" {\n  bucket = " + acctest.Quote(w.Bucket()) + "\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

func TestAccAudit(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for key, mode := range map[string]sse.Mode{"a/1": sse.ModeNone, "a/2": sse.ModeAES256, "a/3": sse.ModeNone, "b": sse.ModeKMS} {
		if err := w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("x"), Mode: mode}); err != nil {
			t.Fatal(err)
		}
	}
	value := func(name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.cos_encrypted_objects.test", tfjsonpath.New(name), want)
	}
	counts := func(none, aes, kms int64) statecheck.StateCheck {
		number := func(n int64) knownvalue.Check { return knownvalue.Int64Exact(n) }
		return value("counts", knownvalue.MapExact(map[string]knownvalue.Check{"none": number(none), "AES256": number(aes), "cos/kms": number(kms),
			"SM4": number(0), "customer": number(0), "customer_unknown": number(0)}))
	}
	object := func(key string) knownvalue.Check {
		return knownvalue.ObjectPartial(map[string]knownvalue.Check{"key": knownvalue.StringExact(key), "content_length": knownvalue.Int64Exact(1), "storage_class": knownvalue.StringExact("STANDARD")})
	}
	fails := func(message string, lines ...string) resource.TestStep {
		return resource.TestStep{Config: data(w, lines...), ExpectError: regexp.MustCompile(message)}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: data(w, `encryption = ["none"]`),
				ConfigStateChecks: []statecheck.StateCheck{
					value("objects", knownvalue.ListExact([]knownvalue.Check{object("a/1"), object("a/3")})),
					counts(2, 1, 1), value("complete", knownvalue.Bool(true)), value("region", knownvalue.StringExact(w.Region())),
				},
			},
			{
				Config: data(w, `not_encryption = ["cos/kms"]`, `limit = 2`),
				ConfigStateChecks: []statecheck.StateCheck{
					value("objects", knownvalue.ListExact([]knownvalue.Check{object("a/1"), object("a/2")})),
					counts(1, 1, 0), value("complete", knownvalue.Bool(false)),
				},
			},
			{
				Config:            data(w, `prefix = "b"`, `counts_only = true`, `limit = 1`),
				ConfigStateChecks: []statecheck.StateCheck{value("objects", knownvalue.Null()), counts(0, 0, 1), value("complete", knownvalue.Bool(true))},
			},
			fails(`is not an encryption`, `encryption = ["SSE"]`),
			fails(`is empty`, `not_encryption = []`),
			fails(`cannot be matched`, `match = "{a"`),
			fails(`a whole one`, `limit = 1.5`),
			{Config: data(w), PreConfig: func() {
				if err := w.SetPolicy(`{"version":"2.0","statement":[{"effect":"allow","action":["name/cos:GetBucket"],"resource":["*"]}]}`); err != nil {
					t.Error(err)
				}
			}, ExpectError: regexp.MustCompile(`name/cos:HeadObject`)},
		},
	})
}
