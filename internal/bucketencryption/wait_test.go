package bucketencryption

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The wait ends when the change becomes visible, after a minute, or when the run
// is interrupted. Its pauses advance the server's clock instead of sleeping.
func TestWait(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lag         time.Duration
		interrupted bool
		want        error
	}{
		"at once":     {0, false, nil},
		"later":       {5 * time.Second, false, nil},
		"never":       {time.Hour, false, errNotShown},
		"interrupted": {time.Hour, true, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			var waited atomic.Int64 // shared with the server
			server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir(), BucketEncryptionLag: tc.lag, Now: func() time.Time { return began.Add(time.Duration(waited.Load())) }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			endpoint, err := cosclient.ParseEndpoint(server.URL())
			if err != nil {
				t.Fatal(err)
			}
			client, err := cosclient.New(cosclient.Config{Endpoint: endpoint, RootCAs: server.CertPool(),
				Credentials: credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}}})
			if err != nil {
				t.Fatal(err)
			}
			r := &Resource{data: &providerdata.Data{Client: client}, sleep: func(_ context.Context, d time.Duration) error {
				if tc.interrupted {
					return context.Canceled
				}
				waited.Add(int64(d))
				return nil
			}}
			m := model{Bucket: types.StringValue(server.Bucket()), Region: types.StringValue(server.Region()), ServerSideEncryption: types.StringValue("SM4")}
			got, err := r.put(t.Context(), m, cosclient.BucketEncryption{})
			if !errors.Is(err, tc.want) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if err == nil && got.Mode != sse.ModeSM4 {
				t.Errorf("the wait ended with %s", got.Observed())
			}
			if total := time.Duration(waited.Load()); total < min(tc.lag, waitAtMost) && !tc.interrupted || total > waitAtMost+maxPause {
				t.Errorf("it waited for %s", total)
			}
		})
	}
}

// A change that COS accepts without effect is explained by the kind of the bucket
// if that is the reason, and by another writer otherwise.
func TestNotShownIsExplained(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"OFS": "metadata acceleration", "": "Somebody else"} {
		t.Run("kind "+kind, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Cos-Bucket-Arch", kind) }))
			t.Cleanup(server.Close)
			endpoint, err := cosclient.ParseEndpoint(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			client, err := cosclient.New(cosclient.Config{Endpoint: endpoint, Credentials: credentials.Static{Value: credentials.Value{SecretID: "i", SecretKey: "s"}}})
			if err != nil {
				t.Fatal(err)
			}
			r := &Resource{data: &providerdata.Data{Client: client}}
			m := model{Bucket: types.StringValue("lab-1250000000"), Region: types.StringValue("ap-guangzhou")}
			if d := r.failed(t.Context(), m, unableToCreate, "It could not be set.", errNotShown); !strings.Contains(d.Detail(), want) {
				t.Error(d.Detail())
			}
		})
	}
}
