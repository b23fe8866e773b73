package object_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A key whose path collapses to the bucket or to another object is rejected
// wherever a key can be set, and no request is sent.
func TestAccCollapsingKeys(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ephemeral := func(kind, key string) string {
		return "ephemeral \"" + kind + "\" \"e\" {\n  bucket = " + acctest.Quote(w.Bucket()) + "\n  key    = " + acctest.Quote(key) + "\n}\n"
	}
	output := func(expression string) string { return "output \"o\" {\n  value = " + expression + "\n}\n" }
	declared := w.Object("fine", aes, `content = "hello"`)
	// A block with unique names.
	named := func(config string, i int) string {
		return strings.NewReplacer(`"test"`, fmt.Sprintf(`"test%d"`, i), ".test", fmt.Sprintf(".test%d", i), `"e"`, fmt.Sprintf(`"e%d"`, i), `"o"`, fmt.Sprintf(`"o%d"`, i)).Replace(config)
	}
	var steps []resource.TestStep
	for name, config := range map[string]func(key string) string{
		"a resource": func(key string) string { return w.Object(key, aes, `content = "hello"`) },
		"a copy's source": func(key string) string {
			return w.Object("fine", aes, "copy_source = {\n    bucket = "+acctest.Quote(w.Bucket())+"\n    key = "+acctest.Quote(key)+"\n  }")
		},
		"an import block": func(key string) string {
			return declared + "import {\n  to = cos_encrypted_object.test\n  id = " + acctest.Quote(w.Bucket()+"/"+key) + "\n}\n"
		},
		"an import": func(string) string { return declared },
		"a body":    func(key string) string { return ephemeral("cos_encrypted_object", key) },
		"a URL":     func(key string) string { return ephemeral("cos_presigned_url", key) },
		"object_url": func(key string) string {
			return output(`provider::cos::object_url("` + w.Bucket() + `", "ap-guangzhou", "` + key + `")`)
		},
		"parse_object_url": func(key string) string {
			return output(`provider::cos::parse_object_url("https://` + w.Bucket() + `.cos.ap-guangzhou.myqcloud.com/` + key + `")`)
		},
		"derive_customer_key": func(key string) string {
			return output(`provider::cos::derive_customer_key("` + acctest.KeyA + `", "` + w.Bucket() + `", "` + key + `")`)
		},
	} {
		keys := []string{".", "./", "a/../", "a/./..", "a/../b", "/"}
		all := resource.TestStep{
			Config:      acctest.Required + w.Provider(),
			ExpectError: regexp.MustCompile(fmt.Sprintf(`(?s)(cannot\s+be\s+addressed.*){%d}`, len(keys))),
		}
		for i, key := range keys {
			switch name {
			case "an import": // imports one object at a time
				steps = append(steps, resource.TestStep{
					Config:       acctest.Required + w.Provider() + declared,
					ExpectError:  acctest.Error("cannot be addressed"),
					ImportState:  true,
					ResourceName: address, ImportStateId: "cos://" + w.Bucket() + "/" + key,
				})
			default:
				all.Config += named(config(key), i)
			}
		}
		if name != "an import" {
			steps = append(steps, all)
		}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
	acctest.Now(t, w.Sent())
}
