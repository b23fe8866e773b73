package store_test

import (
	"bytes"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// An object above the size limit of a copy is rotated in parts and keeps its
// properties. The limit is 3 MiB here instead of 5 GiB.
func TestRewriteLargeObject(t *testing.T) {
	t.Parallel()
	const limit = 3 << 20
	for name, fault := range map[string]cosmock.FaultKind{"": "", "refused": cosmock.FaultErrorIn200} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir(), Limits: cosmock.Limits{CopySource: limit}})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			endpoint, err := cosclient.ParseEndpoint(server.URL())
			if err != nil {
				t.Fatal(err)
			}
			client, err := cosclient.New(cosclient.Config{
				Endpoint:       endpoint,
				Credentials:    credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}},
				RootCAs:        server.CertPool(),
				RequestTimeout: time.Hour,
			})
			if err != nil {
				t.Fatal(err)
			}
			key, err := sse.NewCustomerKey(bytes.Repeat([]byte{7}, sse.KeySize))
			if err != nil {
				t.Fatal(err)
			}
			body := bytes.Repeat([]byte("0123456789abcdef"), 10<<20/16)
			if err := server.PutObject(server.Bucket(), "big", cosmock.NewObject{Body: bytes.NewReader(body), Mode: sse.ModeAES256, Tags: map[string]string{"a": "b"}}); err != nil {
				t.Fatal(err)
			}
			objects := &store.Store{
				Inspector: inspect.Inspector{Client: client, Keyring: sse.NewKeyring(nil), Buckets: &inspect.Buckets{}},
				Sizes:     store.Sizes{Copy: limit, Part: limit},
				Proofs:    new(atomic.Int32),
			}
			loc := cosclient.Location{Region: server.Region(), Bucket: server.Bucket(), Key: "big"}
			info, err := client.Head(t.Context(), loc, cosclient.HeadInput{})
			if err != nil {
				t.Fatal(err)
			}
			w := store.Write{
				Location: loc, Old: loc, Expected: inspect.RecordOf(info, false), Length: info.Length, CRC64: info.CRC64, Prior: &info,
				Attributes: cosclient.Attributes{ContentType: "text/plain", CacheControl: "no-store"}, Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key},
			}
			if fault != "" {
				if err := server.Arm(cosmock.Fault{Match: cosmock.OnSubresource("PUT", "big", "uploadId"), Times: -1, Kind: fault}); err != nil {
					t.Fatal(err)
				}
			}
			server.ResetRequests()
			out := objects.CopyStored(t.Context(), w)
			stored, _ := server.Object(server.Bucket(), "big")
			if fault != "" {
				if out.Landed || out.Err == nil || len(server.Uploads(server.Bucket())) != 0 || stored.Mode != sse.ModeAES256 {
					t.Errorf("landed %v, error %v, uploads %q, stored under %s", out.Landed, out.Err, server.Uploads(server.Bucket()), stored.Mode)
				}
				return
			}
			if !out.Landed || out.Err != nil || len(out.Wrong) > 0 {
				t.Fatalf("landed %v, error %v, wrong %q", out.Landed, out.Err, out.Wrong)
			}
			got, err := stored.Plaintext(key)
			if err != nil || !bytes.Equal(got, body) {
				t.Errorf("the body is not the same: %v", err)
			}
			if diff := cmp.Diff([]any{"no-store", map[string]string{"a": "b"}}, []any{stored.Header.Get("Cache-Control"), stored.Tags}); diff != "" {
				t.Errorf("what the object has (-want +got):\n%s", diff)
			}
			bytesSent, parts := int64(0), 0
			for _, r := range server.Requests() {
				if r.CopySource != "" {
					parts++
					bytesSent += r.BodyBytes
				}
			}
			if parts != 4 || bytesSent != 0 {
				t.Errorf("%d parts were copied, %d bytes sent", parts, bytesSent)
			}
		})
	}
}
