package object_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A key whose path collapses to the bucket, or to another object, is refused
// wherever a key can be given, and nothing is sent for it.
func TestAccCollapsingKeys(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ephemeral := func(kind, key string) string {
		return "ephemeral \"" + kind + "\" \"e\" {\n  bucket = " + acctest.Quote(w.Bucket()) + "\n  key    = " + acctest.Quote(key) + "\n}\n"
	}
	output := func(expression string) string { return "output \"o\" {\n  value = " + expression + "\n}\n" }
	declared := w.Object("fine", aes, `content = "hello"`)
	for name, tc := range map[string]struct {
		config  func(key string) string
		command func(key string) []string // instead of a plan
	}{
		"a resource": {config: func(key string) string { return w.Object(key, aes, `content = "hello"`) }},
		"a copy's source": {config: func(key string) string {
			return w.Object("fine", aes, "copy_source = {\n    bucket = "+acctest.Quote(w.Bucket())+"\n    key = "+acctest.Quote(key)+"\n  }")
		}},
		"an import block": {config: func(key string) string {
			return declared + "import {\n  to = cos_encrypted_object.test\n  id = " + acctest.Quote(w.Bucket()+"/"+key) + "\n}\n"
		}},
		"an import": {
			config: func(string) string { return declared },
			command: func(key string) []string {
				return []string{"import", "cos_encrypted_object.test", "cos://" + w.Bucket() + "/" + key}
			},
		},
		"a body": {config: func(key string) string { return ephemeral("cos_encrypted_object", key) }},
		"a URL":  {config: func(key string) string { return ephemeral("cos_presigned_url", key) }},
		"object_url": {config: func(key string) string {
			return output(`provider::cos::object_url("` + w.Bucket() + `", "ap-guangzhou", "` + key + `")`)
		}},
		"parse_object_url": {config: func(key string) string {
			return output(`provider::cos::parse_object_url("https://` + w.Bucket() + `.cos.ap-guangzhou.myqcloud.com/` + key + `")`)
		}},
		"derive_customer_key": {config: func(key string) string {
			return output(`provider::cos::derive_customer_key("` + acctest.KeyA + `", "` + w.Bucket() + `", "` + key + `")`)
		}},
	} {
		for _, key := range []string{".", "./", "a/../", "a/./..", "a/../b", "/"} {
			ws.Config(w.Provider(), tc.config(key))
			command := []string{"plan"}
			if tc.command != nil {
				command = tc.command(key)
			}
			r := ws.Run(command...)
			if r.Code == 0 || !strings.Contains(r.Text(), "cannot be addressed") {
				t.Errorf("%s with the key %q ended with %d:\n%s", name, key, r.Code, r.Output())
			}
		}
	}
	if calls := w.Calls(); len(calls) > 0 {
		t.Errorf("requests were sent: %q", calls)
	}
}
