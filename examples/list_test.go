package examples_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	listPlain = "list-resources/cos_encrypted_object/list-resource.tfquery.hcl"
	listWhole = "list-resources/cos_encrypted_object/list-resource_whole.tfquery.hcl"
)

// putListed stores objects that match the lists and objects that do not.
func putListed(t *testing.T, world *acctest.World) {
	t.Helper()
	for key, mode := range map[string]sse.Mode{"reports/a.csv": sse.ModeNone, "reports/b.csv": sse.ModeAES256, "reports/c.csv": sse.ModeKMS, "plain.csv": sse.ModeNone, "plain.txt": sse.ModeNone} {
		if err := world.PutObject(exampleBucket, key, cosmock.NewObject{Body: strings.NewReader("x"), Mode: mode}); err != nil {
			t.Fatal(err)
		}
	}
}

// The list examples return what their comments say. They are called over the protocol, because the CLI may not support
// lists.
func TestListExamples(t *testing.T) {
	t.Parallel()

	world := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{exampleBucket} })
	putListed(t, world)
	client, err := protocol.Start(t.Context(), provider.Server("test")(), map[string]any{
		"region": world.Region(), "secret_id": world.SecretID(), "secret_key": world.SecretKey(), "endpoint": world.URL(), "ca_certificate_file": world.CAFile()})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		listPlain: {"reports/a.csv (none)"},
		listWhole: {"plain.csv (none)", "reports/a.csv (none)", "reports/b.csv (AES256)"},
	} {
		blocks, err := protocol.Blocks(read(t, path))
		if err != nil || len(blocks) != 1 {
			t.Fatalf("%s has %d blocks: %v", path, len(blocks), err)
		}
		limit, ok := blocks[0].Arguments["limit"].(int64)
		if !ok {
			limit = 100
		}
		whole, _ := blocks[0].Arguments["include_resource"].(bool)
		results, err := client.List(t.Context(), blocks[0].Type, blocks[0].Config, limit, whole)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range results {
			got = append(got, r.DisplayName)
			if r.Resource.IsNull() == whole {
				t.Errorf("%s: the resource of %s is %s", path, r.DisplayName, r.Resource)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

// With our runner: plugin-testing generates the query file itself.
func TestAccListExamples(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	if !acctest.AtLeast(t, "1.14") {
		t.Skip("terraform query came with Terraform 1.14")
	}
	putListed(t, world)
	w.Config(world.Provider())
	for _, path := range []string{listPlain, listWhole} {
		use(t, w, path)
	}
	r := w.Run("query")
	if r.Code != 0 {
		t.Fatal(r.Output())
	}
	for _, want := range []string{"reports/a.csv (none)", "plain.csv (none)", "reports/b.csv (AES256)"} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("%s is missing:\n%s", want, r.Output())
		}
	}
	if slices.ContainsFunc([]string{"c.csv", "plain.txt"}, func(not string) bool { return strings.Contains(r.Text(), not) }) {
		t.Errorf("too much is listed:\n%s", r.Output())
	}
}
