package object_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// If the bucket is in another region, the error names that region, however COS
// reports it and whatever the request, and no object counts as missing.
func TestAccWrongRegion(t *testing.T) {
	t.Parallel()
	const there = `region = "ap-shanghai"`
	for name, tc := range map[string]struct {
		answer cosmock.Undocumented
		says   []string
	}{
		"NoSuchBucket with the region": {cosmock.Undocumented{WrongRegionTold: true}, []string{"is in ap-guangzhou, and was looked for in ap-shanghai", `set region = "ap-guangzhou"`}},
		"301 with the region":          {cosmock.Undocumented{WrongRegionTold: true, WrongRegion: cosmock.Answer{Status: 301, Code: "PermanentRedirect"}}, []string{`set region = "ap-guangzhou"`}},
		"307 to the place":             {cosmock.Undocumented{WrongRegion: cosmock.Answer{Status: 307, Code: "TemporaryRedirect"}}, []string{`set region = "ap-guangzhou"`}},
		"NoSuchBucket alone":           {cosmock.Undocumented{}, []string{"There is no such bucket in the region"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.Undocumented = tc.answer })
			config := w.Provider() + w.Object("a", there, aes, hello)
			wrote := w.Wrote()
			if name == "NoSuchBucket alone" { // a create only notices this when it writes
				wrote = w.Forget()
			}
			// First a create, then an import.
			brought := importStep(config)
			brought.PreConfig = acctest.Before(t, wrote)
			brought.ImportStateId = "ap-shanghai:" + w.Bucket() + "/a"
			brought.ExpectError = acctest.Error(tc.says...)
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps:                    []resource.TestStep{{Config: config, ExpectError: acctest.Error(tc.says...)}, brought},
			})
			acctest.Now(t, wrote)
			// An object in the state does not count as gone if the bucket turns out
			// to be in another region.
			if name == "NoSuchBucket alone" {
				return
			}
			fine := acctest.New(t)
			elsewhere := acctest.New(t, func(o *cosmock.Options) {
				o.Undocumented, o.Region, o.Buckets = tc.answer, "ap-beijing", []string{fine.Bucket()}
			})
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: fine.Factories(),
				Steps: []resource.TestStep{
					{Config: fine.Provider() + fine.Object("a", aes, hello)},
					{
						Config:      elsewhere.Provider() + elsewhere.Object("a", `region = "ap-guangzhou"`, aes, hello),
						ExpectError: acctest.Error(`set region = "ap-beijing"`),
					},
					{Config: fine.Provider() + fine.Object("a", aes, hello), ConfigPlanChecks: unchanged},
				},
			})
		})
	}
}
