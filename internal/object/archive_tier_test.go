package object_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The plan cannot know that COS has moved an object of intelligent tiering into an
// archive tier. Once the copy is refused, a declared body is uploaded; without one,
// the error explains what to do.
func TestArchiveTier(t *testing.T) {
	t.Parallel()
	const key, moved = "a", "b"
	for name, c := range map[string]struct {
		change arguments
		sent   string
	}{
		"a header": {
			arguments{"content": "hello", "cache_control": "no-store"},
			"GET ?acl 200, PUT copy 403 AES256, HEAD 200, GET ?acl 200, PUT 200 AES256 5 bytes, HEAD 200",
		},
		"a move": {
			arguments{"content": "hello", "key": moved},
			"HEAD 404, GET ?acl 200, PUT copy 403 AES256, HEAD 200, GET ?acl 200, PUT 200 AES256 5 bytes, HEAD 200, HEAD 200, DELETE 204",
		},
		"no body": {arguments{"cache_control": "no-store"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := time.Now()
			w := acctest.New(t, func(o *cosmock.Options) { o.Now = func() time.Time { return at } }) // the move keeps the time of the object
			client, err := newClient(t.Context(), arguments{
				"region": w.Region(), "secret_id": w.SecretID(), "secret_key": w.SecretKey(), "endpoint": w.URL(), "ca_certificate_file": w.CAFile(),
			})
			must(t, err)
			object, err := client.New("cos_encrypted_object")
			must(t, err)
			apply := func(more arguments) error {
				config := arguments{"bucket": w.Bucket(), "key": key, "server_side_encryption": "AES256"}
				for name, value := range more {
					config[name] = value
				}
				plan, err := object.Plan(t.Context(), config)
				must(t, err)
				return plan.Apply(t.Context())
			}
			must(t, apply(arguments{"content": "hello", "storage_class": "INTELLIGENT_TIERING"}))
			must(t, w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256, Class: "INTELLIGENT_TIERING", Tier: "ARCHIVE_ACCESS"}))
			must(t, object.Refresh(t.Context()))
			w.ResetRequests()
			err = apply(c.change)
			if c.sent == "" {
				if err == nil || !strings.Contains(err.Error(), "The object is archived: restore it first") {
					t.Errorf("failed with %v", err)
				}
				return
			}
			must(t, err)
			if diff := cmp.Diff(c.sent, strings.Join(w.Calls(), ", ")); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}
