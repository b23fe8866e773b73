package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// fifty returns the configuration of 50 plain objects.
func fifty(w *acctest.World) string {
	return strings.Replace(w.Object("a-${count.index}", "count = 50", "server_side_encryption = \"AES256\"\ncontent = \"hello\""), "$${", "${", 1)
}

// A problem that affects every object is explained in full for the first one and
// in one sentence for each of the others.
func TestAccOneExplanationForManyObjects(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		provider func(w *acctest.World) string
		bucket   string
		once     []string // fragments of the explanation
		again    string   // fragment in all other errors
	}{
		"a wrong secret": {
			provider: func(w *acctest.World) string {
				return strings.Replace(w.Provider(), acctest.Quote(w.SecretKey()), `"canary-wrong-secret"`, 1)
			},
			once:  []string{"They must belong together", "SignatureDoesNotMatch: "},
			again: "COS refuses the credentials (403 SignatureDoesNotMatch, request id ",
		},
		"a left-over session token": {
			provider: func(w *acctest.World) string { return w.Provider(`security_token = "canary-left-over"`) },
			once:     []string{"A permanent key has no token"},
			again:    "COS refuses the credentials (403 InvalidAccessKeyId, request id ",
		},
		"nobody listens": {
			provider: func(w *acctest.World) string {
				return strings.Replace(w.Provider("max_retries = 2"), acctest.Quote(w.URL()), `"https://127.0.0.1:1"`, 1)
			},
			once:  []string{"connection refused by 127.0.0.1:1", "check the network"},
			again: "there is still no connection to 127.0.0.1:1, as",
		},
		"no such bucket": {
			provider: func(w *acctest.World) string { return w.Provider() },
			bucket:   "nothing-1250000000",
			once:     []string{"There is no such bucket in the region"},
			again:    "the bucket nothing-1250000000 does not exist in ap-guangzhou",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			object := fifty(w)
			if tc.bucket != "" {
				object = strings.Replace(object, acctest.Quote(w.Bucket()), acctest.Quote(tc.bucket), 1)
			}
			failed := false
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				// The check counts occurrences in the whole output, which
				// ExpectError cannot do.
				ErrorCheck: func(err error) error {
					failed = true
					text := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(err.Error())), " ")
					for _, once := range tc.once {
						if n := strings.Count(text, once); n != 1 {
							return fmt.Errorf("%q stands there %d times:\n%w", once, n, err)
						}
					}
					if n := strings.Count(text, tc.again); n != 49 {
						return fmt.Errorf("%q stands there %d times, want 49:\n%w", tc.again, n, err)
					}
					for i := range 50 {
						if !regexp.MustCompile(fmt.Sprintf(`/a-%d[ ,:]`, i)).MatchString(text) {
							return fmt.Errorf("nothing is said of object %d", i)
						}
					}
					if found := acctest.Leaks(err.Error(), "canary-wrong-secret", "canary-left-over"); len(found) > 0 {
						return fmt.Errorf("a secret is shown, as %q", found)
					}
					return nil
				},
				Steps: []resource.TestStep{{Config: tc.provider(w) + object}},
			})
			if !failed {
				t.Error("the apply went through")
			}
		})
	}
}
