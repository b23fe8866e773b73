package examples_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const defaultTags = object + "/default-tags.tf"

// With our runner: the example has a provider block and takes its credentials from the environment.
func TestAccDefaultTagsExample(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	use(t, w, defaultTags)
	w.Write("override.tf", acctest.ProviderBlock(
		"endpoint = "+acctest.Quote(world.URL()), "ca_certificate_file = "+acctest.Quote(world.CAFile())))
	w.Write("versions.tf", "terraform {\n  required_providers {\n    cos = {\n      source = \"cos-terraform/cos\"\n    }\n  }\n}\n")
	w.Env = append(w.Env, "TENCENTCLOUD_SECRET_ID="+world.SecretID(), "TENCENTCLOUD_SECRET_KEY="+world.SecretKey())

	w.Apply()
	want := map[string]string{"team": "platform", "environment": "test", "year": "2026"}
	stored, _ := world.Server.Object("examplebucket-1250000000", "invoices/2026-01.txt")
	if diff := cmp.Diff(want, stored.Tags); diff != "" {
		t.Errorf("tags that are stored (-want +got):\n%s", diff)
	}
	w.EmptyPlan()
}
