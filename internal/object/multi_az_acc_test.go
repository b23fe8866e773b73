package object_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// COS copies a multi-AZ object only within its class. Another class requires an
// upload, and without a body the error explains this. A key rotation is still a
// copy.
func TestAccMultiAZClass(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.MultiAZ, o.Undocumented.MultiAZStrict = true, true })
	config := func(key string, lines ...string) string { return w.Provider(keyring) + w.Object(key, lines...) }
	// wrote checks which writes led to the class of the object.
	wrote := func(key, class string, want ...string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			var writes []string
			for _, r := range w.Requests() {
				if r.Method == "PUT" {
					writes = append(writes, acctest.Call(r))
				}
			}
			o, _ := w.Stored(key)
			if diff := cmp.Diff([]any{class, want}, []any{o.Class, writes}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			w.ResetRequests()
			return nil
		}
	}
	update := expect(plancheck.ResourceActionUpdate)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config("a", plain, `content = "x"`, `storage_class = "MAZ_STANDARD"`), Check: wrote("a", "MAZ_STANDARD", "PUT 200 AES256 1 bytes")},
			{Config: config("a", plain, `content = "x"`, `storage_class = "MAZ_STANDARD_IA"`), ConfigPlanChecks: update, Check: wrote("a", "MAZ_STANDARD_IA", "PUT 200 AES256 1 bytes")},
			{Config: config("a", `sse_customer_key_name = "b"`, `content = "x"`), ConfigPlanChecks: update, Check: wrote("a", "MAZ_STANDARD_IA", "PUT copy 200 customer")},
			{Config: config("b", `sse_customer_key_name = "b"`, `content = "x"`, `storage_class = "MAZ_STANDARD"`), ConfigPlanChecks: update, Check: wrote("b", "MAZ_STANDARD", "PUT 200 customer 1 bytes")},
			{Config: config("b", `sse_customer_key_name = "b"`), ConfigPlanChecks: update, Check: wrote("b", "MAZ_STANDARD")},
			{
				Config:      config("b", `sse_customer_key_name = "b"`, `storage_class = "MAZ_STANDARD_IA"`),
				ExpectError: regexp.MustCompile(`(?s)only\s+into\s+its\s+own\s+class`),
			},
			{Config: config("b", `sse_customer_key_name = "b"`), ConfigPlanChecks: expect(plancheck.ResourceActionNoop)},
		},
	})
}

// The documentation is not conclusive. If COS does copy such an object, the class
// changes without a body.
func TestAccMultiAZClassByCopy(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string { return w.Provider() + w.Object("a", append(lines, plain)...) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(`content = "x"`, `storage_class = "MAZ_STANDARD"`)},
			{Config: config(`storage_class = "MAZ_STANDARD_IA"`), ConfigPlanChecks: expect(plancheck.ResourceActionUpdate)},
			{Config: config(`storage_class = "MAZ_STANDARD_IA"`), ConfigPlanChecks: expect(plancheck.ResourceActionNoop)},
		},
	})
}
