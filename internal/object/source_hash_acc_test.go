package object_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Another resource writes the file during the same apply, and its hash is unknown
// until then.
func TestAccSourceHashOfAFileWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	file := filepath.Join(t.TempDir(), "built", "report.txt")
	config := func(text string) string {
		return w.Provider() + fmt.Sprintf(`
resource "terraform_data" "build" {
  triggers_replace = %[1]q
  input            = sha256(%[1]q)
  provisioner "local-exec" {
    command = "mkdir -p '%[2]s' && printf '%%s' '%[1]s' > '%[3]s'"
  }
}
`, text, filepath.Dir(file), file) + w.Object("a", plain, "source = "+acctest.Quote(file), "source_hash = terraform_data.build.output")
	}
	holds := func(text string) []statecheck.StateCheck {
		return []statecheck.StateCheck{w.Holds("a", text, sse.Observed{Mode: sse.ModeAES256})}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config("first"), ConfigStateChecks: holds("first")},
			{ // a missing file on a new machine is not a change
				PreConfig:        func() { must(t, os.RemoveAll(filepath.Dir(file))) },
				Config:           config("first"),
				ConfigPlanChecks: unchanged,
			},
			{
				Config:            config("second"),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: holds("second"),
			},
		},
	})
}

func TestAccSourceHash(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), t.TempDir()
	file := writeFile(t, dir, "file", "hello")
	write := func(text string) func() {
		return func() { writeFile(t, dir, "file", text); w.ResetRequests() }
	}
	config := func(hash string, lines ...string) string {
		return w.Provider() + w.Object("a", append(lines, plain, "source = "+acctest.Quote(file), "source_hash = "+acctest.Quote(hash))...)
	}
	const header = `cache_control = "no-store"`
	holds := func(text string) statecheck.StateCheck { return w.Holds("a", text, sse.Observed{Mode: sse.ModeAES256}) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config("1")},
			{ // while the hash is the same, the file is not read
				PreConfig:        write("not read"),
				Config:           config("1"),
				ConfigPlanChecks: unchanged,
			},
			{
				Config:            config("1", header),
				ConfigStateChecks: []statecheck.StateCheck{holds("hello")},
			},
			{ // another hash with the same bytes sends nothing
				PreConfig:         write("hello"),
				Config:            config("2", header),
				ConfigStateChecks: []statecheck.StateCheck{w.Wrote()},
			},
			{ // drift of the body is repaired with exactly the bytes last written
				PreConfig: func() {
					must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
				},
				Config: config("2", header),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					acctest.Changes(address, map[string]acctest.From{
						"content_crc64":  {Before: acctest.Any, After: "11177612005948864433"},
						"content_length": {Before: 6.0, After: 5.0},
					}),
					acctest.Do(write("not what was written"))),
				ExpectError: acctest.Error("Body Changed Since It Was Planned"),
			},
			{
				PreConfig:         write("hello"),
				Config:            config("2", header),
				ConfigStateChecks: []statecheck.StateCheck{holds("hello")},
			},
			{ // another hash with other bytes
				PreConfig:         write("other"),
				Config:            config("3"),
				ConfigStateChecks: []statecheck.StateCheck{holds("other")},
			},
			{ // declaring it for an imported object uploads nothing
				Config: w.Provider() + "removed {\n  from = cos_encrypted_object.test\n  lifecycle {\n    destroy = false\n  }\n}\n",
			},
			{
				Config:             config("3"),
				ImportState:        true,
				ImportStatePersist: true,
				ResourceName:       address,
				ImportStateId:      importID,
			},
			{
				PreConfig:         w.ResetRequests,
				Config:            config("3"),
				ConfigStateChecks: []statecheck.StateCheck{w.Wrote()},
			},
		},
	})
}
