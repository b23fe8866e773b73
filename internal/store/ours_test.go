package store_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// An object that someone else has written since is neither deleted nor used as
// the source of a copy. The caller can tell by the type of the error.
func TestObjectOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(t *testing.T, s *cosmock.Server)
		want   store.Ownership
		err    bool // Own returns an error
		copied error
	}{
		"untouched":    {func(*testing.T, *cosmock.Server) {}, store.Ours, false, nil},
		"written anew": {func(t *testing.T, s *cosmock.Server) { place(t, s, "other") }, store.Foreign, false, store.ErrChangedSince},
		"deleted":      {func(t *testing.T, s *cosmock.Server) { check(t, s.DeleteObject(s.Bucket(), "a")) }, store.Absent, false, cosclient.ErrNotFound},
		"not to be asked": {func(t *testing.T, s *cosmock.Server) {
			check(t, s.Arm(cosmock.Fault{Times: -1, Kind: cosmock.FaultInternalError}))
		}, store.Foreign, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir()})
			check(t, err)
			defer server.Close()
			endpoint, err := cosclient.ParseEndpoint(server.URL())
			check(t, err)
			client, err := cosclient.New(cosclient.Config{
				Endpoint:    endpoint,
				Credentials: credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}},
				RootCAs:     server.CertPool(),
			})
			check(t, err)
			s := &store.Store{Inspector: inspect.Inspector{Client: client, Keyring: sse.NewKeyring(nil), Buckets: &inspect.Buckets{}}, Proofs: new(atomic.Int32)}
			s.Proofs.Store(1 << 20)
			place(t, server, "ours")
			loc := cosclient.Location{Region: server.Region(), Bucket: server.Bucket(), Key: "a"}
			info, err := client.Head(t.Context(), loc, cosclient.HeadInput{})
			check(t, err)
			ours := inspect.RecordOf(info, false)
			tc.change(t, server)
			got, _, err := s.Own(t.Context(), inspect.Target{Location: loc, Expected: ours})
			if got != tc.want || (err != nil) != tc.err {
				t.Errorf("got %v, %v", got, err)
			}
			if tc.err {
				return
			}
			out := s.CopyStored(t.Context(), store.Write{
				Location: loc, Old: loc, Expected: ours, Length: info.Length, CRC64: info.CRC64, Prior: &info, ACL: "private",
				Attributes: cosclient.Attributes{CacheControl: "no-store"}, Encryption: sse.Settings{Mode: sse.ModeAES256},
			})
			if !errors.Is(out.Err, tc.copied) {
				t.Errorf("the copy ends with %v", out.Err)
			}
		})
	}
}

func place(t *testing.T, s *cosmock.Server, text string) {
	t.Helper()
	check(t, s.PutObject(s.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(text), Mode: sse.ModeAES256}))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
