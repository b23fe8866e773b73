package audit_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const listed = "cos_encrypted_object"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// configured returns the provider as the binary serves it, configured for the server and with additional arguments.
func configured(t *testing.T, w *acctest.World, arguments map[string]any) *protocol.Client {
	t.Helper()
	config := map[string]any{"region": w.Region(), "secret_id": w.SecretID(), "secret_key": w.SecretKey(), "endpoint": w.URL(), "ca_certificate_file": w.CAFile()}
	for name, value := range arguments {
		config[name] = value
	}
	client, err := protocol.Start(t.Context(), provider.Server("test")(), config)
	must(t, err)
	return client
}

func store(t *testing.T, w *acctest.World, key string, o cosmock.NewObject) {
	t.Helper()
	if o.Body == nil {
		o.Body = strings.NewReader("x")
	}
	must(t, w.PutObject(w.Bucket(), key, o))
}

func customerKey(t *testing.T, text string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(text)
	must(t, err)
	return key
}

// names returns the display names of results.
func names(results []protocol.Listed) (all []string) {
	for _, r := range results {
		all = append(all, r.DisplayName)
	}
	return all
}

// warnings returns the warnings of all results.
func warnings(results []protocol.Listed) (all []string) {
	for _, r := range results {
		all = append(all, r.Warnings...)
	}
	return all
}

// requests counts the requests since the previous call.
func requests(w *acctest.World) (lists, heads int) {
	for _, r := range w.Requests() {
		switch {
		case r.Method == "HEAD":
			heads++
		case r.Key == "":
			lists++
		}
	}
	w.ResetRequests()
	return lists, heads
}

// listWorld returns objects of each kind, with the key of one of the two SSE-C objects.
func listWorld(t *testing.T) (*acctest.World, *protocol.Client) {
	t.Helper()
	w := acctest.New(t)
	for key, o := range map[string]cosmock.NewObject{
		"a/1": {}, "a/2": {Mode: sse.ModeAES256}, "a/3": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, "a/4": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2},
		"a/dir/": {Mode: sse.ModeAES256}, "a/dir/x+y z": {}, "b": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
		"c": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
	} {
		store(t, w, key, o)
	}
	return w, configured(t, w, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}})
}

func TestListResource(t *testing.T) {
	t.Parallel()
	all := []string{"a/1 (none)", "a/2 (AES256)", "a/3 (cos/kms)", "a/4 (cos/kms)", "a/dir/ (AES256)", "a/dir/x+y z (none)", "b (customer)", "c (customer_unknown)"}
	for name, tc := range map[string]struct {
		config      map[string]any
		limit       int64
		whole       bool
		want        []string
		lists       int
		heads, most int // most includes HEADs sent ahead of the last result
		warns       string
	}{
		"keys alone":               {nil, 100, false, []string{"a/1", "a/2", "a/3", "a/4", "a/dir/", "a/dir/x+y z", "b", "c"}, 1, 0, 0, ""},
		"keys up to the limit":     {nil, 2, false, []string{"a/1", "a/2"}, 1, 0, 0, "The list ends at its limit of 2, and more objects"},
		"keys exactly as many":     {nil, 8, false, []string{"a/1", "a/2", "a/3", "a/4", "a/dir/", "a/dir/x+y z", "b", "c"}, 1, 0, 0, ""},
		"a pattern":                {map[string]any{"match": "a/*", "prefix": "a/"}, 100, false, []string{"a/1", "a/2", "a/3", "a/4"}, 1, 0, 0, ""},
		"a pattern and a limit":    {map[string]any{"match": "**/*y z"}, 1, false, []string{"a/dir/x+y z"}, 1, 0, 0, ""},
		"whole objects":            {nil, 100, true, all, 1, 10, 10, "The object cos://lab-1250000000/c is encrypted with a customer key"},
		"whole objects, a limit":   {nil, 3, true, all[:3], 1, 4, 4, "ends at its limit of 3"},
		"what is not encrypted":    {map[string]any{"encryption": []string{"none"}}, 100, false, []string{all[0], all[5]}, 1, 10, 10, ""},
		"the same, with a limit":   {map[string]any{"encryption": []string{"none"}}, 1, false, all[:1], 1, 6, 10, "ends at its limit of 1"},
		"a KMS key":                {map[string]any{"sse_kms_key_id": acctest.KMSKey2}, 1, false, all[3:4], 1, 10, 10, ""},
		"all but two":              {map[string]any{"not_encryption": []string{"cos/kms", "AES256"}}, 100, false, []string{all[0], all[5], all[6], all[7]}, 1, 10, 10, ""},
		"a key that is not ours":   {map[string]any{"encryption": []string{"customer_unknown"}}, 100, false, all[7:], 1, 10, 10, ""},
		"without a limit":          {map[string]any{"prefix": "b"}, 0, false, []string{"b"}, 1, 0, 0, ""},
		"nothing":                  {map[string]any{"prefix": "z", "encryption": []string{"none"}}, 100, true, nil, 1, 0, 0, ""},
		"another region than ours": {map[string]any{"region": "ap-guangzhou", "prefix": "b"}, 1, false, []string{"b"}, 1, 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, client := listWorld(t)
			config := map[string]any{"bucket": w.Bucket()}
			for name, value := range tc.config {
				config[name] = value
			}
			got, err := client.List(t.Context(), listed, config, tc.limit, tc.whole)
			must(t, err)
			if diff := cmp.Diff(tc.want, names(got)); diff != "" {
				t.Error(diff)
			}
			lists, heads := requests(w)
			if lists != tc.lists || heads < tc.heads || heads > tc.most {
				t.Errorf("%d listings and %d HEADs", lists, heads)
			}
			warned := warnings(got)
			if tc.warns == "" && len(warned) > 0 || tc.warns != "" && (len(warned) != 1 || !strings.Contains(warned[0], tc.warns)) {
				t.Errorf("warnings %q, want one of %q", warned, tc.warns)
			}
			if tc.warns != "" && len(got[len(got)-1].Warnings) != 1 {
				t.Error("the warning is not at the last result")
			}
			for i, r := range got {
				key, _, _ := strings.Cut(tc.want[i], " (")
				if id := r.Identity; protocol.Text(id, "key") != key || protocol.Text(id, "bucket") != w.Bucket() || protocol.Text(id, "region") != w.Region() {
					t.Errorf("the identity of %s is %s", key, id)
				}
				if r.Resource.IsNull() == tc.whole {
					t.Errorf("the resource of %s is %s", key, r.Resource)
				}
			}
		})
	}
}

// A list returns what an import by the same identity reads.
func TestListResourceIsWhatAnImportReads(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.SM4 = true })
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	for i, o := range []cosmock.NewObject{
		{}, {Mode: sse.ModeAES256, Class: "STANDARD_IA"}, {Mode: sse.ModeSM4}, {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2},
		{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
		{Mode: sse.ModeAES256, Class: "DEEP_ARCHIVE", Header: http.Header{"Cache-Control": {"no-store"}, "X-Cos-Meta-Owner": {"team a"}}},
	} {
		store(t, w, fmt.Sprintf("o/%d+ ü/", i), o)
	}
	client := configured(t, w, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}})
	results, err := client.List(t.Context(), listed, map[string]any{"bucket": w.Bucket()}, 100, true)
	must(t, err)
	if len(results) != 6 || len(warnings(results)) > 0 {
		t.Fatalf("%d results, warnings %q", len(results), warnings(results))
	}
	for _, r := range results {
		imported, err := client.Import(t.Context(), listed, r.Identity)
		must(t, err)
		if !imported.State.Equal(r.Resource) {
			diff, _ := r.Resource.Diff(imported.State)
			t.Errorf("%s: the list and the import differ: %v", r.DisplayName, diff)
		}
	}
}

// An object whose customer key is missing is listed with a warning, and its import fails with an error that names the
// key.
func TestListResourceWithoutTheKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for _, key := range []string{"a", "b"} {
		store(t, w, key, cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
	}
	client := configured(t, w, nil)
	results, err := client.List(t.Context(), listed, map[string]any{"bucket": w.Bucket()}, 100, true)
	must(t, err)
	if warned := warnings(results); len(results) != 2 || len(warned) != 1 || !strings.HasPrefix(warned[0], "Customer Key Not Available") {
		t.Fatalf("%q, warnings %q", names(results), warned)
	}
	o, _ := w.Stored("a")
	if got := results[0].Resource; protocol.Text(got, "etag") != o.ETag || protocol.Text(got, "storage_class") != "STANDARD" || protocol.Text(got, "server_side_encryption") != "" {
		t.Errorf("the listed object is %s", got)
	}
	if _, err := client.Import(t.Context(), listed, results[0].Identity); err == nil || !strings.Contains(err.Error(), "sse_customer_keys") {
		t.Errorf("the import says %v", err)
	}
}

// Configuration generated from a list has an empty plan for encrypted objects. For the others, one update encrypts them
// with the provider's default without transferring their content. Without a default they stay unencrypted; a warning
// and the error of any update say what to set.
func TestListResourceGeneratesConfiguration(t *testing.T) {
	t.Parallel()
	unencrypted := []string{"k/plain", "k/folder/", "k/with headers"}
	for name, tc := range map[string]struct {
		byDefault any
	}{
		"without a default": {nil},
		"with a default":    {map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			for key, o := range map[string]cosmock.NewObject{
				"k/plain": {}, "k/folder/": {Body: strings.NewReader("")},
				"k/with headers": {Class: "STANDARD_IA", Header: http.Header{"Content-Type": {"text/csv"}, "Content-Language": {"de"}, "X-Cos-Meta-A": {"b"}}},
				"k/aes":          {Mode: sse.ModeAES256}, "k/kms": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2},
				"k/ours": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
			} {
				store(t, w, key, o)
			}
			client := configured(t, w, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}, "default_encryption": tc.byDefault})
			results, err := client.List(t.Context(), listed, map[string]any{"bucket": w.Bucket()}, 100, true)
			must(t, err)
			if len(results) != 6 {
				t.Fatalf("%d results", len(results))
			}
			for _, r := range results {
				key := protocol.Text(r.Identity, "key")
				instance, err := client.Import(t.Context(), listed, r.Identity)
				must(t, err)
				config := client.Generate(listed, r.Resource)
				plan, err := instance.Plan(t.Context(), config)
				must(t, err)
				if !slices.Contains(unencrypted, key) {
					if len(plan.Changes) > 0 || len(plan.Warnings) > 0 {
						t.Errorf("%s: the first plan changes %q and warns %q", key, plan.Changes, plan.Warnings)
					}
					continue
				}
				if tc.byDefault == nil {
					// An object that cannot be encrypted is imported unchanged; any update of it fails.
					if len(plan.Changes) > 0 || len(plan.Warnings) != 1 || !strings.Contains(plan.Warnings[0], "Object Not Encrypted") || !strings.Contains(plan.Warnings[0], "default_encryption") {
						t.Errorf("%s: the first plan changes %q and warns %q", key, plan.Changes, plan.Warnings)
					}
					config["cache_control"] = "no-store"
					changed, err := instance.Plan(t.Context(), config)
					must(t, err)
					if err := changed.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), "is stored without encryption") || !strings.Contains(err.Error(), "default_encryption") {
						t.Errorf("%s: error %v", key, err)
					}
					continue
				}
				w.ResetRequests()
				must(t, plan.Apply(t.Context()))
				if len(plan.Replaces) > 0 || protocol.Text(plan.Planned, "server_side_encryption") != "cos/kms" {
					t.Errorf("%s: planned %s, replacing for %q", key, plan.Planned, plan.Replaces)
				}
				for _, call := range w.Requests() {
					if call.BodyBytes > 0 {
						t.Errorf("%s: the body moved: %+v", key, call)
					}
				}
				if o, _ := w.Stored(key); o.Mode != sse.ModeKMS || o.KMSKeyID != acctest.KMSKey1 {
					t.Errorf("%s is stored as %+v", key, o)
				}
				again, err := instance.Plan(t.Context(), config)
				must(t, err)
				if len(again.Changes) > 0 {
					t.Errorf("%s: the second plan changes %q", key, again.Changes)
				}
			}
		})
	}
}
