package object_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func startProvider(t *testing.T, w *acctest.World) *protocol.Client {
	t.Helper()
	client, err := newClient(t.Context(), map[string]any{
		"region": w.Region(), "secret_id": w.SecretID(), "secret_key": w.SecretKey(), "endpoint": w.URL(), "ca_certificate_file": w.CAFile(), "max_retries": 0,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// create plans and applies a new resource.
func create(ctx context.Context, client *protocol.Client, typeName string, config map[string]any) error {
	instance, err := client.New(typeName)
	if err != nil {
		return err
	}
	p, err := instance.Plan(ctx, config)
	if err != nil {
		return err
	}
	return p.Apply(ctx)
}

// A bucket with metadata acceleration encrypts nothing. Whether COS refuses the
// request or drops the encryption, the error names the reason and no object is
// left.
func TestMetadataAcceleration(t *testing.T) {
	t.Parallel()
	for name, drops := range map[string]bool{"refused": false, "dropped": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.MetadataAcceleration, o.AccelerationDropsEncryption = true, drops })
			client := startProvider(t, w)
			for encryption, config := range map[string]map[string]any{
				"SSE-COS": {"server_side_encryption": "AES256"},
				"SSE-KMS": {"server_side_encryption": "cos/kms"},
				"SSE-C":   {"sse_customer_key": acctest.KeyA},
			} {
				config["bucket"], config["key"], config["content"] = w.Bucket(), encryption, "hello"
				if err := create(t.Context(), client, "cos_encrypted_object", config); err == nil || !strings.Contains(err.Error(), "metadata acceleration") {
					t.Errorf("%s: %v", encryption, err)
				}
			}
			directory := map[string]any{"bucket": w.Bucket(), "prefix": "site/", "source": t.TempDir(), "server_side_encryption": "AES256"}
			if err := os.WriteFile(filepath.Join(fmt.Sprint(directory["source"]), "a.js"), []byte("hello"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := create(t.Context(), client, "cos_encrypted_directory", directory); err == nil || !strings.Contains(err.Error(), "metadata acceleration") {
				t.Errorf("a directory: %v", err)
			}
			asked := 0
			for _, r := range w.Requests() {
				if r.Method == http.MethodHead && r.Key == "" {
					asked++
				}
			}
			if asked != 1 {
				t.Errorf("the bucket was asked %d times for its kind", asked)
			}
			if keys := w.Keys(w.Bucket()); len(keys) > 0 {
				t.Errorf("left behind: %q", keys)
			}
		})
	}
}

// Appendable objects and symbolic links are not taken over by an import.
func TestImportOfSpecialObjects(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	client := startProvider(t, w)
	for kind, managed := range map[string]bool{"appendable": false, "symlink": false, "normal": true} {
		header := http.Header{"X-Cos-Object-Type": {kind}}
		if err := w.PutObject(w.Bucket(), kind, cosmock.NewObject{Header: header, Mode: sse.ModeAES256}); err != nil {
			t.Fatal(err)
		}
		identity := tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"bucket": tftypes.String, "key": tftypes.String, "region": tftypes.String}}, map[string]tftypes.Value{
			"bucket": tftypes.NewValue(tftypes.String, w.Bucket()), "key": tftypes.NewValue(tftypes.String, kind), "region": tftypes.NewValue(tftypes.String, w.Region()),
		})
		_, err := client.Import(t.Context(), "cos_encrypted_object", identity)
		if refused := err != nil && strings.Contains(err.Error(), "Object Type Not Supported"); refused == managed || managed && err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
