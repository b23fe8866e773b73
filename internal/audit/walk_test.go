package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	testKeyA = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	testKeyB = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

func mustKey(t testing.TB, s string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// world returns a server, and provider data for it with the key b in the keyring.
func world(t testing.TB, opts cosmock.Options) (*cosmock.Server, *providerdata.Data) {
	t.Helper()
	opts.DataDir = t.TempDir()
	server, err := cosmock.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	endpoint, err := cosclient.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	data := &providerdata.Data{Region: server.Region(), Keyring: sse.NewKeyring(map[string]sse.CustomerKey{"b": mustKey(t, testKeyB)})}
	if err := data.Connect(cosclient.Config{
		Endpoint:       endpoint,
		Credentials:    credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}},
		RootCAs:        server.CertPool(),
		RequestTimeout: time.Hour,
	}); err != nil {
		t.Fatal(err)
	}
	return server, data
}

func put(t testing.TB, s *cosmock.Server, key string, o cosmock.NewObject) {
	t.Helper()
	o.Body = strings.NewReader("x")
	if err := s.PutObject(s.Bucket(), key, o); err != nil {
		t.Fatal(err)
	}
}

// walk returns the visited objects as "key encryption name".
func walk(t testing.TB, s *cosmock.Server, d *providerdata.Data, q Query) ([]string, error) {
	t.Helper()
	q.Region, q.Bucket = s.Region(), s.Bucket()
	var seen []string
	err := Walk(t.Context(), d.Inspector(), q, func(f Finding) bool {
		seen = append(seen, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Entry.Key, f.Encryption, f.KeyName)))
		return true
	})
	return seen, err
}

func TestWalkTellsEncryptions(t *testing.T) {
	t.Parallel()
	s, d := world(t, cosmock.Options{SM4: true, KMSKeys: []string{"k"}})
	put(t, s, "c/none+ ü", cosmock.NewObject{})
	put(t, s, "c/dir/", cosmock.NewObject{Mode: sse.ModeAES256})
	put(t, s, "c/dir/sm4", cosmock.NewObject{Mode: sse.ModeSM4})
	put(t, s, "c/kms", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: "k"})
	put(t, s, "c/ours", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: mustKey(t, testKeyB)})
	put(t, s, "c/theirs", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: mustKey(t, testKeyA)})
	put(t, s, "other", cosmock.NewObject{})
	for name, tc := range map[string]struct {
		query Query
		want  []string
	}{
		"a prefix":     {Query{Prefix: "c/", Heads: true}, []string{"c/dir/ AES256", "c/dir/sm4 SM4", "c/kms cos/kms", "c/none+ ü none", "c/ours customer b", "c/theirs customer_unknown"}},
		"pages of one": {Query{Prefix: "c/", Heads: true, PageSize: 1}, []string{"c/dir/ AES256", "c/dir/sm4 SM4", "c/kms cos/kms", "c/none+ ü none", "c/ours customer b", "c/theirs customer_unknown"}},
		"one level":    {Query{Match: "c/*s", Heads: true}, []string{"c/kms cos/kms", "c/ours customer b", "c/theirs customer_unknown"}},
		"any level":    {Query{Match: "**/{sm4,kms}", Heads: true}, []string{"c/dir/sm4 SM4", "c/kms cos/kms"}},
		"the listing":  {Query{Prefix: "o"}, []string{"other"}},
		"nothing":      {Query{Prefix: "z", Heads: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := walk(t, s, d, tc.query)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A walk that cannot inspect every object fails and names the object.
func TestWalkFails(t *testing.T) {
	t.Parallel()
	allow := func(actions string) string {
		return `{"version":"2.0","statement":[{"effect":"allow","action":[` + actions + `],"resource":["*"]}]}`
	}
	for name, tc := range map[string]struct {
		change func(*testing.T, *cosmock.Server, *providerdata.Data)
		want   string
	}{
		"no right to list": {func(t *testing.T, s *cosmock.Server, _ *providerdata.Data) {
			t.Helper()
			if err := s.SetPolicy(allow(`"name/cos:HeadObject"`)); err != nil {
				t.Fatal(err)
			}
		}, "could not be listed"},
		"no right to HEAD": {func(t *testing.T, s *cosmock.Server, _ *providerdata.Data) {
			t.Helper()
			if err := s.SetPolicy(allow(`"name/cos:GetBucket"`)); err != nil {
				t.Fatal(err)
			}
		}, "/a/1 could not be looked at"},
		"a key that leads elsewhere": {func(t *testing.T, s *cosmock.Server, _ *providerdata.Data) {
			t.Helper()
			put(t, s, "a/../b", cosmock.NewObject{})
		}, `"a/../b" cannot be addressed`},
		"a keyring that is not known": {func(t *testing.T, s *cosmock.Server, d *providerdata.Data) {
			t.Helper()
			d.Keyring = sse.UnknownKeyring(nil)
			put(t, s, "a/0", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: mustKey(t, testKeyB)})
		}, "not all known yet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, d := world(t, cosmock.Options{})
			put(t, s, "a/1", cosmock.NewObject{})
			tc.change(t, s, d)
			if _, err := walk(t, s, d, Query{Heads: true}); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An object that is deleted between the listing and its HEAD is left out.
func TestWalkLeavesOutWhatVanished(t *testing.T) {
	t.Parallel()
	s, d := world(t, cosmock.Options{})
	put(t, s, "a", cosmock.NewObject{})
	put(t, s, "b", cosmock.NewObject{})
	if err := s.FreezeListing(s.Bucket()); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteObject(s.Bucket(), "a"); err != nil {
		t.Fatal(err)
	}
	got, err := walk(t, s, d, Query{Heads: true})
	if err != nil || !slices.Equal(got, []string{"b none"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

// A visitor can end the walk, which runs ahead of it only to a limited extent.
func TestWalkStops(t *testing.T) {
	t.Parallel()
	s, d := world(t, cosmock.Options{})
	for n := range 500 {
		put(t, s, fmt.Sprintf("%03d", n), cosmock.NewObject{})
	}
	seen := 0
	err := Walk(t.Context(), d.Inspector(), Query{Region: s.Region(), Bucket: s.Bucket(), Heads: true}, func(Finding) bool {
		seen++
		return seen < 3
	})
	if err != nil || seen != 3 {
		t.Errorf("%d seen, %v", seen, err)
	}
	if n := len(s.Requests()); n > 3+2*parallel+2 {
		t.Errorf("%d requests for three objects", n)
	}
}

// The key that matched last is tried first.
func TestWalkRemembersKey(t *testing.T) {
	t.Parallel()
	s, d := world(t, cosmock.Options{})
	ring := map[string]sse.CustomerKey{"z": mustKey(t, testKeyB)}
	for n := range 20 {
		ring[fmt.Sprintf("a%02d", n)] = mustKey(t, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"+[]string{"MDE=", "MTI=", "MjM=", "MzQ=", "NDU="}[n%5])
	}
	d.Keyring = sse.NewKeyring(ring)
	for n := range 200 {
		put(t, s, fmt.Sprintf("%03d", n), cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: mustKey(t, testKeyB)})
	}
	got, err := walk(t, s, d, Query{Heads: true})
	if err != nil || len(got) != 200 || !strings.HasSuffix(got[199], "customer z") {
		t.Fatalf("%d objects, %v", len(got), err)
	}
	// Requests that start before any key has matched try all keys.
	if n, most := len(s.Requests()), 2*200+2*parallel*21+1; n > most {
		t.Errorf("%d requests, want at most %d", n, most)
	}
}
