package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A restored object is copied, as the documentation promises; only one that is not
// restored is uploaded again.
func TestRestoredObjectIsCopied(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		restored bool
		change   arguments
		sent     string
		options  []func(*cosmock.Options)
	}{
		"restored":            {true, arguments{"cache_control": "no-store"}, "GET ?acl 200, PUT copy 200 AES256, HEAD 200", nil},
		"restored, moved":     {true, arguments{"key": "b"}, "HEAD 404, GET ?acl 200, PUT copy 200 AES256, HEAD 200, HEAD 200, DELETE 204", nil},
		"not restored":        {false, arguments{"cache_control": "no-store"}, "GET ?acl 200, PUT copy 403 AES256, HEAD 200, GET ?acl 200, PUT 200 AES256 5 bytes, HEAD 200", nil},
		"not restored, moved": {false, arguments{"key": "b"}, "HEAD 404, GET ?acl 200, PUT copy 403 AES256, HEAD 200, GET ?acl 200, PUT 200 AES256 5 bytes, HEAD 200, HEAD 200, DELETE 204", nil},
		"restored, and refused": {
			true, arguments{"cache_control": "no-store"}, "GET ?acl 200, PUT copy 400 AES256, HEAD 200, HEAD 200, GET ?acl 200, PUT 200 AES256 5 bytes, HEAD 200", // one is of the bucket
			[]func(*cosmock.Options){func(o *cosmock.Options) { o.Undocumented.RestoredCopyRefused = true }},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, tc.options...)
			client := startProvider(t, w)
			object, err := client.New("cos_encrypted_object")
			must(t, err)
			apply := func(more arguments) {
				config := arguments{"bucket": w.Bucket(), "key": "a", "server_side_encryption": "AES256", "content": "hello", "storage_class": "ARCHIVE"}
				for name, value := range more {
					config[name] = value
				}
				plan, err := object.Plan(t.Context(), config)
				must(t, err)
				must(t, plan.Apply(t.Context()))
			}
			apply(nil)
			if tc.restored {
				must(t, w.RestoreObject(w.Bucket(), "a"))
			}
			must(t, object.Refresh(t.Context()))
			w.ResetRequests()
			apply(tc.change)
			if diff := cmp.Diff(tc.sent, strings.Join(w.Calls(), ", ")); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}
