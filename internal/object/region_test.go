package object_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// If the bucket is in another region, the error names that region, however COS
// reports it and whatever the request, and no object counts as missing.
func TestAccWrongRegion(t *testing.T) {
	t.Parallel()
	const alone = "NoSuchBucket alone"
	table := map[string]struct {
		answer cosmock.Undocumented
		says   []string
	}{
		"NoSuchBucket with the region": {cosmock.Undocumented{WrongRegionTold: true}, []string{"is in ap-guangzhou, and was looked for in ap-shanghai", `set region = "ap-guangzhou"`}},
		"301 with the region":          {cosmock.Undocumented{WrongRegionTold: true, WrongRegion: cosmock.Answer{Status: 301, Code: "PermanentRedirect"}}, []string{`set region = "ap-guangzhou"`}},
		"307 to the place":             {cosmock.Undocumented{WrongRegion: cosmock.Answer{Status: 307, Code: "TemporaryRedirect"}}, []string{`set region = "ap-guangzhou"`}},
		alone:                          {cosmock.Undocumented{}, []string{"There is no such bucket in the region"}},
	}
	t.Run("create and import", func(t *testing.T) {
		t.Parallel()
		f := newFleet(t, table, func(t *testing.T, name string) *acctest.World {
			t.Helper()
			return acctest.New(t, func(o *cosmock.Options) { o.Undocumented = table[name].answer })
		})
		config, imports := "", ""
		for _, name := range f.names() {
			w := f[name]
			config += f.of(name, w.Provider()+w.Object("a", `region = "ap-shanghai"`, aes, hello))
			imports += "import {\n  to = " + f.address(name) + "\n  id = " + acctest.Quote("ap-shanghai:"+w.Bucket()+"/a") + "\n}\n"
		}
		refused := func(summary string) func() {
			return acctest.Before(t, f.each(func(name string, w *acctest.World) acctest.Check {
				return func() error {
					if err := w.Says(append(table[name].says, "Error: "+summary)...)(); err != nil {
						return err
					}
					if name == alone { // a create only notices this when it writes
						return w.Forget()()
					}
					return w.Wrote()()
				}
			})...)
		}
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: f.factories(),
			Steps: []resource.TestStep{
				{Config: config, ExpectError: acctest.Error("Error:")},
				{PreConfig: refused("Unable to Create Encrypted Object"), Config: config + imports, ExpectError: acctest.Error("Error:")},
			},
		})
		refused("Unable to Import Encrypted Object")()
	})
	// An object in the state does not count as gone if the bucket turns out to be in
	// another region.
	t.Run("refresh", func(t *testing.T) {
		t.Parallel()
		known := maps.Clone(table)
		delete(known, alone)
		f := newFleet(t, known, func(t *testing.T, _ string) *acctest.World { t.Helper(); return acctest.New(t) })
		fine, elsewhere := "", ""
		for _, name := range f.names() {
			w := f[name]
			moved := acctest.New(t, func(o *cosmock.Options) {
				o.Undocumented, o.Region, o.Buckets = table[name].answer, "ap-beijing", []string{w.Bucket()}
			})
			fine += f.of(name, w.Provider()+w.Object("a", aes, hello))
			elsewhere += f.of(name, moved.Provider()+moved.Object("a", `region = "ap-guangzhou"`, aes, hello))
		}
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: f.factories(),
			Steps: []resource.TestStep{
				{Config: fine},
				{Config: elsewhere, ExpectError: acctest.Error("Error:")},
				{
					PreConfig: acctest.Before(t, f.each(func(_ string, w *acctest.World) acctest.Check {
						return w.Says("Error: ", `set region = "ap-beijing"`)
					})...),
					Config:   fine,
					PlanOnly: true,
				},
			},
		})
	})
}
