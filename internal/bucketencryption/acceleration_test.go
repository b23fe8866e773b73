package bucketencryption_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// A bucket with metadata acceleration has no default encryption. The error names
// the reason, and the advice for the status alone would mislead.
func TestMetadataAcceleration(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.MetadataAcceleration = true })
	client, err := protocol.Start(t.Context(), provider.Server("test")(), map[string]any{
		"region": w.Region(), "secret_id": w.SecretID(), "secret_key": w.SecretKey(), "endpoint": w.URL(), "ca_certificate_file": w.CAFile(),
	})
	if err != nil {
		t.Fatal(err)
	}
	explained(t, create(t, client, w.Bucket()))
	if got := calls(w, 0); len(got) != 2 {
		t.Errorf("requests about encryption: %q", got)
	}
}

// COS does not document how it refuses. Whatever request it refuses as
// unsupported, and whatever its code, the bucket is asked for its kind once; an
// ordinary bucket keeps the usual advice.
func TestRefusalIsExplained(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusForbidden} {
		for _, refuses := range []string{http.MethodGet, http.MethodPut} {
			for _, kind := range []string{"OFS", ""} {
				t.Run(fmt.Sprintf("%d to %s, kind %q", status, refuses, kind), func(t *testing.T) {
					t.Parallel()
					var asked atomic.Int32
					server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						w.Header().Set("X-Cos-Request-Id", "NjA")
						switch {
						case r.Method == http.MethodHead:
							asked.Add(1)
							w.Header().Set("X-Cos-Bucket-Arch", kind)
						case r.Method == refuses:
							w.WriteHeader(status)
							fmt.Fprint(w, `<Error><Code>MethodNotAllowed</Code><Message>not here</Message></Error>`)
						default:
							w.WriteHeader(http.StatusNotFound)
							fmt.Fprint(w, `<Error><Code>NoSuchEncryptionConfiguration</Code></Error>`)
						}
					}))
					t.Cleanup(server.Close)
					client, err := protocol.Start(t.Context(), provider.Server("test")(), map[string]any{"region": "ap-guangzhou", "secret_id": "i", "secret_key": "s", "endpoint": server.URL, "max_retries": 0})
					if err != nil {
						t.Fatal(err)
					}
					errs := []error{create(t, client, "lab-1250000000")}
					if refuses == http.MethodGet {
						_, err := client.Read(t.Context(), "cos_bucket_encryption", map[string]any{"bucket": "lab-1250000000"})
						errs = append(errs, err)
					}
					for _, err := range errs {
						if kind == "OFS" && status != http.StatusForbidden {
							explained(t, err)
						} else if err == nil || strings.Contains(err.Error(), "metadata acceleration") {
							t.Errorf("%v", err)
						}
					}
					want := int32(1)
					if status == http.StatusForbidden { // a matter of permissions
						want = 0
					}
					if got := asked.Load(); got != want {
						t.Errorf("the bucket was asked %d times for its kind", got)
					}
				})
			}
		}
	}
}

func create(t *testing.T, client *protocol.Client, bucket string) error {
	t.Helper()
	instance, err := client.New("cos_bucket_encryption")
	if err != nil {
		t.Fatal(err)
	}
	p, err := instance.Plan(t.Context(), map[string]any{"bucket": bucket, "server_side_encryption": "AES256"})
	if err != nil {
		t.Fatal(err)
	}
	return p.Apply(t.Context())
}

func explained(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "bucket has metadata acceleration") || !strings.Contains(err.Error(), "created without it") || strings.Contains(err.Error(), "check endpoint") {
		t.Errorf("%v", err)
	}
}
