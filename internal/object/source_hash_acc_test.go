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

// A file that another resource writes during the same apply, and whose hash is
// only known then.
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
			{ // on a fresh machine the file is not there, and nothing has changed
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
			{ // the same hash: the file is not read, whatever it holds
				PreConfig:        write("not read"),
				Config:           config("1"),
				ConfigPlanChecks: unchanged,
			},
			{
				Config:            config("1", header),
				ConfigStateChecks: []statecheck.StateCheck{holds("hello")},
			},
			{ // another hash, and the same bytes: nothing is sent
				PreConfig:         write("hello"),
				Config:            config("2", header),
				ConfigStateChecks: []statecheck.StateCheck{w.Wrote()},
			},
			{ // drift of the stored body shows, and is repaired with the bytes that were written and no others
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
			{ // another hash, and other bytes
				PreConfig:         write("other"),
				Config:            config("3"),
				ConfigStateChecks: []statecheck.StateCheck{holds("other")},
			},
			{ // declared on an imported object it costs no upload
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
