package audit_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const audited = "cos_encrypted_objects"

func allow(actions ...string) string {
	return `{"version":"2.0","statement":[{"effect":"allow","action":["` + strings.Join(actions, `","`) + `"],"resource":["*"]}]}`
}

// Errors of audits and lists. Neither returns a part of the objects as if it were
// all of them.
func TestBadInput(t *testing.T) {
	t.Parallel()
	policy := func(actions ...string) func(*testing.T, *acctest.World) {
		return func(t *testing.T, w *acctest.World) {
			t.Helper()
			must(t, w.SetPolicy(allow(actions...)))
		}
	}
	for name, tc := range map[string]struct {
		change   func(*testing.T, *acctest.World)
		provider map[string]any
		config   map[string]any
		want     []string
	}{
		"no such bucket":           {nil, nil, map[string]any{"bucket": "other-1250000000"}, []string{"NoSuchBucket", "other-1250000000"}},
		"no right to list":         {policy("name/cos:HeadObject"), nil, nil, []string{"could not be listed", "name/cos:GetBucket"}},
		"no right to HEAD":         {policy("name/cos:GetBucket"), nil, nil, []string{"a/1 could not be looked at", "name/cos:HeadObject"}},
		"an unknown encryption":    {nil, nil, map[string]any{"encryption": []string{"none", "SSE-S3"}}, []string{`"SSE-S3" is not an encryption`, "customer_unknown"}},
		"another unknown one":      {nil, nil, map[string]any{"not_encryption": []string{"NONE"}}, []string{`"NONE" is not an encryption`}},
		"no encryption":            {nil, nil, map[string]any{"encryption": []string{}}, []string{"encryption is empty"}},
		"an empty KMS key":         {nil, nil, map[string]any{"sse_kms_key_id": ""}, []string{"sse_kms_key_id is empty"}},
		"half a pattern":           {nil, nil, map[string]any{"match": "a/[x"}, []string{"cannot be matched"}},
		"an empty pattern":         {nil, nil, map[string]any{"match": ""}, []string{"leave it out to look at every key"}},
		"half a bucket":            {nil, nil, map[string]any{"bucket": "lab"}, []string{"is not a full bucket name"}},
		"no region":                {nil, map[string]any{"region": nil}, nil, []string{"The region of the bucket is not set", "TENCENTCLOUD_REGION"}},
		"a region that is no name": {nil, nil, map[string]any{"region": "Guangzhou!"}, []string{"is not the name of a region"}},
		"a region that is unknown": {nil, map[string]any{"region": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, nil, []string{"not known yet"}},
		"a secret that is unknown": {nil, map[string]any{"secret_key": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, nil, []string{"secret_key"}},
		"a key that leads elsewhere": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			store(t, w, "a/../b", cosmock.NewObject{})
		}, nil, nil, []string{`"a/../b" cannot be addressed`}},
		"a key with a line break": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			store(t, w, "a/\nb", cosmock.NewObject{})
		}, nil, nil, []string{"control character U+000A"}},
		"a keyring that is unknown": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			store(t, w, "a/0", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
		}, map[string]any{"sse_customer_keys": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue)}, nil, []string{"a/0 could not be looked at", "sse_customer_keys"}},
		"a listing that ends in the middle": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			must(t, w.Arm(cosmock.Fault{Match: cosmock.On("GET", ""), Kind: cosmock.FaultTruncate, Times: -1}))
		}, map[string]any{"max_retries": 0}, nil, []string{"could not be listed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			store(t, w, "a/1", cosmock.NewObject{})
			store(t, w, "a/2", cosmock.NewObject{Mode: sse.ModeAES256})
			if tc.change != nil {
				tc.change(t, w)
			}
			client := configured(t, w, tc.provider)
			config := map[string]any{"bucket": w.Bucket()}
			maps.Copy(config, tc.config)
			check := func(kind string, err error) {
				t.Helper()
				if err == nil {
					t.Errorf("%s: no error", kind)
					return
				}
				for _, want := range tc.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: %q is missing in %v", kind, want, err)
					}
				}
			}
			_, err := client.List(t.Context(), listed, config, 100, true)
			check("list", err)
			_, err = client.Read(t.Context(), audited, config)
			check("audit", err)
		})
	}
}

// Objects that are deleted before they are inspected are left out. All others are
// included.
func TestVanishedObjects(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for i := range 5 {
		store(t, w, strconv.Itoa(i), cosmock.NewObject{})
	}
	must(t, w.FreezeListing(w.Bucket()))
	for _, key := range []string{"0", "2"} {
		must(t, w.DeleteObject(w.Bucket(), key))
	}
	client := configured(t, w, nil)
	config := map[string]any{"bucket": w.Bucket()}
	for name, tc := range map[string]struct {
		limit int64
		want  string
		warns bool
	}{
		"all":                {100, "1 (none),3 (none),4 (none)", false},
		"exactly the limit":  {3, "1 (none),3 (none),4 (none)", false},
		"less than are left": {2, "1 (none),3 (none)", true},
	} {
		got, err := client.List(t.Context(), listed, config, tc.limit, true)
		if err != nil || strings.Join(names(got), ",") != tc.want || len(warnings(got)) > 0 != tc.warns {
			t.Errorf("%s: %q, %q, %v", name, names(got), warnings(got), err)
		}
	}
	audit, err := client.Read(t.Context(), audited, config)
	must(t, err)
	if text := audit.String(); !strings.Contains(text, `"none":tftypes.Number<"3">`) {
		t.Errorf("the audit has %s", text)
	}
}

// The results within the limit are complete even if further objects cannot be
// inspected. A warning says so.
func TestListResourceBeyondItsLimit(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for _, key := range []string{"a", "b", "c"} {
		store(t, w, key, cosmock.NewObject{})
	}
	must(t, w.Arm(cosmock.Fault{Match: cosmock.On("HEAD", "c"), Kind: cosmock.FaultSlowDown, Times: -1}))
	client := configured(t, w, map[string]any{"max_retries": 0})
	config := map[string]any{"bucket": w.Bucket()}
	got, err := client.List(t.Context(), listed, config, 2, true)
	if warned := warnings(got); err != nil || len(got) != 2 || len(warned) != 1 || !strings.Contains(warned[0], "could not be found out") || !strings.Contains(warned[0], "503") {
		t.Errorf("%q, %q, %v", names(got), warned, err)
	}
	if got, err := client.List(t.Context(), listed, config, 3, true); err == nil || !strings.Contains(err.Error(), "/c could not be looked at") {
		t.Errorf("%q, %v", names(got), err)
	}
}

// For the CLI, a key that it would compose is the key of another object.
func TestListResourceOfDecomposedKeys(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	store(t, w, "u\u0308ber", cosmock.NewObject{})
	store(t, w, "\u00fcber", cosmock.NewObject{})
	got, err := configured(t, w, nil).List(t.Context(), listed, map[string]any{"bucket": w.Bucket()}, 100, false)
	must(t, err)
	if len(got) != 2 || len(got[0].Warnings) != 1 || !strings.Contains(got[0].Warnings[0], "decomposed form (NFD)") || len(got[1].Warnings) > 0 {
		t.Errorf("%q, %q", names(got), warnings(got))
	}
}

// endless is a server whose bucket has a million objects, every fourth of them
// unencrypted. It counts its requests.
type endless struct{ lists, heads atomic.Int64 }

const million = 1_000_000

func (e *endless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		e.heads.Add(1)
		n, err := strconv.Atoi(r.URL.Path[len(r.URL.Path)-7:])
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if n%4 != 0 {
			w.Header().Set("x-cos-server-side-encryption", "AES256")
		}
		w.Header().Set("ETag", `"e"`)
		w.Header().Set("Content-Length", "1")
		w.Header().Set("Last-Modified", "Thu, 10 Dec 2020 03:37:30 GMT")
		return
	}
	e.lists.Add(1)
	from, size := 0, 1000
	if marker := r.URL.Query().Get("marker"); marker != "" {
		from, _ = strconv.Atoi(marker[len(marker)-7:])
		from++
	}
	if most := r.URL.Query().Get("max-keys"); most != "" {
		size, _ = strconv.Atoi(most)
	}
	to := min(from+size, million)
	fmt.Fprintf(w, "<ListBucketResult><IsTruncated>%t</IsTruncated><NextMarker>k/%07d</NextMarker>", to < million, to-1)
	for i := from; i < to; i++ {
		fmt.Fprintf(w, `<Contents><Key>k/%07d</Key><LastModified>2020-12-10T03:37:30.000Z</LastModified><ETag>"e"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`, i)
	}
	fmt.Fprint(w, "</ListBucketResult>")
}

// A small limit in a bucket of a million keys takes only the requests that the
// results need, plus at most one batch.
func TestSmallLimitOfAMillionKeys(t *testing.T) {
	t.Parallel()
	const batch = 33 // of HEADs sent ahead
	for name, tc := range map[string]struct {
		config                map[string]any
		limit                 int64
		whole                 bool
		lists                 int64
		leastHeads, mostHeads int64
	}{
		"keys alone":       {nil, 10, false, 1, 0, 0},
		"many keys":        {nil, 2500, false, 3, 0, 0},
		"whole objects":    {nil, 10, true, 1, 11, 11},
		"not encrypted":    {map[string]any{"encryption": []string{"none"}}, 10, false, 1, 41, 41 + batch},
		"one of its kind":  {map[string]any{"encryption": []string{"none"}}, 1, true, 1, 5, 5 + batch},
		"a pattern's keys": {map[string]any{"match": "k/00025*"}, 10, false, 3, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bucket := &endless{}
			server := httptest.NewServer(bucket)
			t.Cleanup(server.Close)
			client, err := protocol.Start(t.Context(), provider.Server("test")(), map[string]any{"region": "ap-guangzhou", "secret_id": "i", "secret_key": "s", "endpoint": server.URL})
			must(t, err)
			config := map[string]any{"bucket": "lab-1250000000"}
			maps.Copy(config, tc.config)
			got, err := client.List(t.Context(), listed, config, tc.limit, tc.whole)
			must(t, err)
			if int64(len(got)) != tc.limit || len(warnings(got)) != 1 {
				t.Errorf("%d results, warnings %q", len(got), warnings(got))
			}
			lists, heads := bucket.lists.Swap(0), bucket.heads.Swap(0)
			if lists > tc.lists+1 || tc.limit < 1000 && lists != tc.lists || heads < tc.leastHeads || heads > tc.mostHeads {
				t.Errorf("list: %d listings and %d HEADs", lists, heads)
			}
			if tc.limit > 100 {
				return // an audit would inspect all of them
			}
			config["limit"], config["counts_only"] = tc.limit, true
			audit, err := client.Read(t.Context(), audited, config)
			must(t, err)
			if text := audit.String(); !strings.Contains(text, `"complete":tftypes.Bool<"false">`) {
				t.Errorf("the audit has %s", text)
			}
			if n := bucket.heads.Load(); n > 41+2*batch {
				t.Errorf("audit: %d HEADs", n)
			}
		})
	}
}
