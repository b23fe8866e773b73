package cosmock_test

import (
	"net/http"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// A bucket with metadata acceleration says so, stores ordinary objects, and
// either refuses encryption or drops it.
func TestMetadataAcceleration(t *testing.T) {
	t.Parallel()
	const sse = "x-cos-server-side-encryption"
	for name, drops := range map[string]bool{"refuses": false, "drops": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{MetadataAcceleration: true, AccelerationDropsEncryption: drops})
			r := newRaw(t, s)
			if got := r.do(http.MethodHead, "/", "").header.Get("X-Cos-Bucket-Arch"); got != "OFS" {
				t.Errorf("the architecture is %q", got)
			}
			r.do(http.MethodPut, "/plain", "x").want(t, 200, "")
			if !drops {
				r.do(http.MethodPut, "/k", "x", sse, "AES256").want(t, 400, "InvalidRequest")
				r.do(http.MethodHead, "/k", "").want(t, 404, "")
			} else {
				r.do(http.MethodPut, "/k", "x", sse, "AES256").want(t, 200, "")
				if got := r.do(http.MethodHead, "/k", "").header.Get(sse); got != "" {
					t.Errorf("stored under %q", got)
				}
			}
			r.do(http.MethodPut, "/?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>").want(t, 400, "InvalidRequest")
			r.do(http.MethodPut, "/?encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>").want(t, 400, "InvalidRequest")
			r.do(http.MethodGet, "/?encryption", "").want(t, 404, "NoSuchEncryptionConfiguration")
			r.do(http.MethodPut, "/plain?acl", "", "x-cos-acl", "private").want(t, 400, "InvalidRequest")
		})
	}
	if got := newRaw(t, start(t, cosmock.Options{})).do(http.MethodHead, "/", "").header.Get("X-Cos-Bucket-Arch"); got != "" {
		t.Errorf("another bucket has the architecture %q", got)
	}
}
