package provider_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A problem that affects every object is explained in full for the first one and
// in one sentence for each of the others.
func TestAccOneExplanationForManyObjects(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
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
	}
	config, factories := "", map[string]func() (tfprotov6.ProviderServer, error){}
	for name, tc := range table {
		w := acctest.New(t)
		object := w.Object("a-${count.index}", fmt.Sprint("count = ", many), "server_side_encryption = \"AES256\"", "content = \"hello\"")
		if tc.bucket != "" {
			object = strings.Replace(object, acctest.Quote(w.Bucket()), acctest.Quote(tc.bucket), 1)
		}
		factories[identifier(name)] = w.Factories()["cos"]
		config += named(name, tc.provider(w)+strings.Replace(object, "$${", "${", 1))
	}
	failed := false
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		// The check counts occurrences in the whole output, which
		// ExpectError cannot do.
		ErrorCheck: func(err error) error {
			failed = true
			said := map[string]string{}
			text := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(err.Error())), " ")
			for _, one := range strings.Split(text, "Error: ")[1:] {
				if row := failing.FindStringSubmatch(one); row != nil {
					said[row[1]] += one
				}
			}
			var wrong []error
			for name, tc := range table {
				if problem := explainedOnce(said[identifier(name)], tc.once, tc.again); problem != nil {
					wrong = append(wrong, fmt.Errorf("%s: %w:\n%s", name, problem, said[identifier(name)]))
				}
			}
			if found := acctest.Leaks(err.Error(), "canary-wrong-secret", "canary-left-over"); len(found) > 0 {
				wrong = append(wrong, fmt.Errorf("a secret is shown, as %q", found))
			}
			return errors.Join(wrong...)
		},
		Steps: []resource.TestStep{{Config: config}},
	})
	if !failed {
		t.Error("the apply went through")
	}
}

// failing matches the resource that an error of the CLI names.
var failing = regexp.MustCompile(`with cos_encrypted_object\.([\w-]+)\[\d+\],`)

// many is more than the CLI creates at a time, which is ten.
const many = 20

// explainedOnce returns what is wrong with the errors of many objects: one has the explanation, and all others the
// sentence.
func explainedOnce(text string, explanation []string, sentence string) error {
	for _, once := range explanation {
		if n := strings.Count(text, once); n != 1 {
			return fmt.Errorf("%q stands there %d times", once, n)
		}
	}
	if n := strings.Count(text, sentence); n != many-1 {
		return fmt.Errorf("%q stands there %d times, want %d", sentence, n, many-1)
	}
	for i := range many {
		if !regexp.MustCompile(fmt.Sprintf(`/a-%d[ ,:]`, i)).MatchString(text) {
			return fmt.Errorf("nothing is said of object %d", i)
		}
	}
	return nil
}
