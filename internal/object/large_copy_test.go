package object

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An object above the limit of one copy is rotated in parts, and keeps what it
// has. A real one has more than 5 GiB; here the limit is 3 MiB.
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
			r := &Resource{sizes: sizes{copy: limit, part: limit}, data: &providerdata.Data{Client: client, Keyring: sse.NewKeyring(nil)}}
			prior := model{Bucket: types.StringValue(server.Bucket()), Key: types.StringValue("big"), Region: types.StringValue(server.Region())}
			info, err := client.Head(t.Context(), prior.location(), cosclient.HeadInput{})
			if err != nil {
				t.Fatal(err)
			}
			prior.record(info)
			w := write{
				loc: prior.location(), old: prior.location(), expected: inspect.RecordOf(info, false), length: info.Length, crc64: info.CRC64, prior: &prior,
				stored: cosclient.Attributes{ContentType: "text/plain", CacheControl: "no-store"}, encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key},
			}
			if fault != "" {
				if err := server.Arm(cosmock.Fault{Match: cosmock.OnSubresource("PUT", "big", "uploadId"), Times: -1, Kind: fault}); err != nil {
					t.Fatal(err)
				}
			}
			server.ResetRequests()
			var diags diag.Diagnostics
			out := r.copyStored(t.Context(), w, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			stored, _ := server.Object(server.Bucket(), "big")
			if fault != "" {
				if out.landed || out.err == nil || len(server.Uploads(server.Bucket())) != 0 || stored.Mode != sse.ModeAES256 {
					t.Errorf("landed %v, error %v, uploads %q, stored under %s", out.landed, out.err, server.Uploads(server.Bucket()), stored.Mode)
				}
				return
			}
			if !out.landed || out.err != nil || len(out.wrong) > 0 {
				t.Fatalf("landed %v, error %v, wrong %q", out.landed, out.err, out.wrong)
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
