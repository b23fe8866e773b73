package object_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// An empty object whose key ends in a slash is a folder, whichever argument
// declares its body. Other objects are not.
func TestAccFolder(t *testing.T) {
	t.Parallel()
	empty := writeFile(t, t.TempDir(), "empty", "")
	table := map[string]struct {
		lines []string
		want  string
		later bool // known after apply
	}{
		"content/":  {[]string{`content = ""`}, "application/x-directory", false},
		"file/":     {[]string{`source = ` + acctest.Quote(empty)}, "application/x-directory", false},
		"written/":  {[]string{`content_wo = ""`, `content_wo_version = 1`}, "application/x-directory", true},
		"declared/": {[]string{`content = ""`, `content_type = "text/css"`}, "text/css", false},
		"full/":     {[]string{`content = "x"`}, "application/octet-stream", false},
		"full.txt/": {[]string{`content_wo = "x"`, `content_wo_version = 1`}, "application/octet-stream", true},
		"nothing":   {[]string{`content = ""`}, "application/octet-stream", false},
	}
	c := newCases(t, table)
	step := resource.TestStep{Config: c.Provider()}
	for key, tc := range table {
		address := c.address(key)
		step.Config += c.object(key, key, append(tc.lines, plain)...)
		planned := plancheck.ExpectKnownValue(address, tfjsonpath.New("content_type"), knownvalue.StringExact(tc.want))
		if tc.later {
			planned = plancheck.ExpectUnknownValue(address, tfjsonpath.New("content_type"))
		}
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, c.plans(key, planned))
		step.ConfigStateChecks = append(step.ConfigStateChecks, acctest.StateThat(address, func(attributes map[string]any) error {
			return acctest.Differ(key+": content_type", any(tc.want), attributes["content_type"])
		}))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: c.Factories(), Steps: []resource.TestStep{step}})
}
