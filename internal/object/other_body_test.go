package object_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The error about a body that would replace another one, which the plan keeps, says
// why the stored one cannot be copied, where it is, and what to do.
func TestOtherBodyNamesItsCause(t *testing.T) {
	t.Parallel()
	file := func(t *testing.T, body string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "body")
		must(t, os.WriteFile(path, []byte(body), 0o600))
		return path
	}
	version := arguments{"content_wo_version": 1}
	for name, tc := range map[string]struct {
		always, before, after arguments
		says                  []string
	}{
		"a file under the same source_hash": {
			arguments{"sse_customer_key_name": "k", "source_hash": "1"},
			arguments{"source": file(t, "body")}, arguments{"source": file(t, "other")},
			[]string{"its customer key is not available", "source_hash is as it was", "change source_hash"},
		},
		"a move": {
			arguments{"sse_customer_key_name": "k"},
			arguments{"content_wo": "body"}, arguments{"content_wo": "longer", "key": "b"},
			[]string{"The body of cos://examplebucket/a cannot be copied", "its customer key is not available", "change content_wo_version"},
		},
		"several availability zones": {
			arguments{"server_side_encryption": "AES256"},
			arguments{"content_wo": "body", "storage_class": "MAZ_STANDARD"}, arguments{"content_wo": "longer", "storage_class": "MAZ_STANDARD_IA"},
			[]string{"several availability zones", "leave storage_class as it was"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			client := func(key string) arguments {
				return arguments{
					"region": w.Region(), "secret_id": w.SecretID(), "secret_key": w.SecretKey(), "endpoint": w.URL(), "ca_certificate_file": w.CAFile(),
					"sse_customer_keys": arguments{"k": key},
				}
			}
			config := func(more arguments) arguments {
				all := arguments{"bucket": w.Bucket(), "key": "a"}
				if _, is := more["content_wo"]; is {
					maps.Copy(all, version)
				}
				maps.Copy(all, tc.always)
				maps.Copy(all, more)
				return all
			}
			first, err := newClient(t.Context(), client(acctest.KeyA))
			must(t, err)
			object, err := first.New("cos_encrypted_object")
			must(t, err)
			plan, err := object.Plan(t.Context(), config(tc.before))
			must(t, err)
			must(t, plan.Apply(t.Context()))

			second, err := newClient(t.Context(), client(acctest.KeyB))
			must(t, err)
			object.Continue(second)
			must(t, object.Refresh(t.Context()))
			plan, err = object.Plan(t.Context(), config(tc.after))
			must(t, err)
			err = plan.Apply(t.Context())
			if err == nil {
				t.Fatal("the body was replaced")
			}
			for _, part := range append(tc.says, "Body Changed Since It Was Planned", "Nothing was changed") {
				if !strings.Contains(err.Error(), strings.ReplaceAll(part, "examplebucket", w.Bucket())) {
					t.Errorf("it does not say %q: %v", part, err)
				}
			}
			if o, _ := w.Stored("a"); o.Size != 4 {
				t.Errorf("%d bytes are stored", o.Size)
			}
		})
	}
}
