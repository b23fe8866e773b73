package audit_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const auditedVersions = "cos_encrypted_object_versions"

// attribute returns an attribute of an object.
func attribute(t *testing.T, object tftypes.Value, name string) tftypes.Value {
	t.Helper()
	var all map[string]tftypes.Value
	must(t, object.As(&all))
	return all[name]
}

// versionLines formats each version as "key encryption key-id", with a leading
// star for the latest.
func versionLines(t *testing.T, result tftypes.Value) []string {
	t.Helper()
	var versions []tftypes.Value
	must(t, attribute(t, result, "versions").As(&versions))
	lines := []string{}
	for _, v := range versions {
		var latest, marker bool
		must(t, attribute(t, v, "is_latest").As(&latest))
		must(t, attribute(t, v, "delete_marker").As(&marker))
		line := protocol.Text(v, "key") + " " + protocol.Text(v, "encryption")
		if marker {
			line += "deleted"
		}
		for _, name := range []string{"sse_kms_key_id", "sse_customer_key_name"} {
			if text := protocol.Text(v, name); text != "" {
				line += " " + text
			}
		}
		if latest {
			line = "*" + line
		}
		lines = append(lines, line)
	}
	return lines
}

// history fills a versioned bucket with keys that have been rotated and deleted.
func history(t *testing.T, w *acctest.World) {
	t.Helper()
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	for _, o := range []cosmock.NewObject{
		{}, {Mode: sse.ModeAES256}, {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1},
		{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}, {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
	} {
		store(t, w, "k", o)
	}
	must(t, w.DeleteObject(w.Bucket(), "k"))
	store(t, w, "k", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2})
	store(t, w, "k/ü + %41", cosmock.NewObject{Mode: sse.ModeAES256})
	store(t, w, "k/ü + %41", cosmock.NewObject{})
	must(t, w.DeleteObject(w.Bucket(), "k/ü + %41"))
	store(t, w, "l", cosmock.NewObject{})
}

// The versions under a key or prefix are found regardless of how they are split
// into pages, with one HEAD for each version that needs no customer key.
func TestVersions(t *testing.T) {
	t.Parallel()
	ofK := []string{
		"*k cos/kms " + acctest.KMSKey2, "k deleted", "k customer b", "k customer_unknown", "k cos/kms " + acctest.KMSKey1, "k AES256", "k none",
	}
	below := append(append([]string{}, ofK...), "*k/ü + %41 deleted", "k/ü + %41 none", "k/ü + %41 AES256")
	for name, tc := range map[string]struct {
		config   map[string]any
		want     []string
		counts   string // none, AES256, cos/kms, customer, customer_unknown, delete markers
		complete bool
	}{
		"of a key":             {map[string]any{"key": "k"}, ofK, "1 1 2 1 1 1", true},
		"of another":           {map[string]any{"key": "k/ü + %41"}, below[len(ofK):], "1 1 0 0 0 1", true},
		"of no key":            {map[string]any{"key": "k/"}, []string{}, "0 0 0 0 0 0", true},
		"of a prefix":          {map[string]any{"prefix": "k"}, below, "2 2 2 1 1 2", true},
		"of a pattern":         {map[string]any{"match": "k/*"}, below[len(ofK):], "1 1 0 0 0 1", true},
		"of all":               {nil, append(append([]string{}, below...), "*l none"), "3 2 2 1 1 2", true},
		"within a limit":       {map[string]any{"prefix": "k", "limit": 3}, ofK[:3], "0 0 1 1 0 1", false},
		"exactly the limit":    {map[string]any{"key": "k", "limit": 7}, ofK, "1 1 2 1 1 1", true},
		"under an old KMS key": {map[string]any{"sse_kms_key_id": acctest.KMSKey1}, ofK[4:5], "3 2 2 1 1 2", true},
		"under a customer key": {map[string]any{"sse_customer_key_name": "same"}, []string{"k customer b"}, "3 2 2 1 1 2", true},
		"under a lost one":     {map[string]any{"key": "k", "encryption": []string{"customer_unknown"}}, ofK[3:4], "1 1 2 1 1 1", true},
		"not under":            {map[string]any{"key": "k", "not_encryption": []string{"cos/kms", "none"}}, []string{"k customer b", "k customer_unknown", "k AES256"}, "1 1 2 1 1 1", true},
		"first under":          {map[string]any{"key": "k", "encryption": []string{"AES256"}, "limit": 1}, []string{"k AES256"}, "0 1 2 1 1 1", false},
	} {
		for _, pageSize := range []int{1, 2, 1000} {
			t.Run(fmt.Sprint(name, ", pages of ", pageSize), func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t, func(o *cosmock.Options) { o.Limits.ListMaxKeys = pageSize })
				history(t, w)
				w.ResetRequests()
				client := configured(t, w, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB, "same": acctest.KeyB}})
				config := map[string]any{"bucket": w.Bucket()}
				maps.Copy(config, tc.config)
				got, err := client.Read(t.Context(), auditedVersions, config)
				must(t, err)
				if diff := cmp.Diff(tc.want, versionLines(t, got)); diff != "" {
					t.Error(diff)
				}
				var counts map[string]tftypes.Value
				must(t, attribute(t, got, "counts").As(&counts))
				var numbers []string
				for _, e := range []string{"none", "AES256", "cos/kms", "customer", "customer_unknown"} {
					numbers = append(numbers, number(t, counts[e]))
				}
				numbers = append(numbers, number(t, attribute(t, got, "delete_markers")))
				if text := strings.Join(numbers, " "); text != tc.counts {
					t.Errorf("counts %s, want %s", text, tc.counts)
				}
				var complete bool
				must(t, attribute(t, got, "complete").As(&complete))
				if complete != tc.complete {
					t.Errorf("complete is %v", complete)
				}
				config["counts_only"] = true
				if got, err = client.Read(t.Context(), auditedVersions, config); err != nil || !attribute(t, got, "versions").IsNull() {
					t.Errorf("counts_only: %s, %v", got, err)
				}
			})
		}
	}
}

func number(t *testing.T, v tftypes.Value) string {
	t.Helper()
	return strings.TrimSuffix(strings.TrimPrefix(v.String(), `tftypes.Number<"`), `">`)
}

// An audit of n versions takes one request per page of the listing and a HEAD for
// each version, but none for a delete marker.
func TestVersionsCost(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	for range 5 {
		store(t, w, "k", cosmock.NewObject{Mode: sse.ModeAES256})
	}
	must(t, w.DeleteObject(w.Bucket(), "k"))
	store(t, w, "k2", cosmock.NewObject{})
	_, err := configured(t, w, nil).Read(t.Context(), auditedVersions, map[string]any{"bucket": w.Bucket(), "key": "k"})
	must(t, err)
	calls := map[string]int{}
	for _, call := range w.Calls() {
		calls[call]++
	}
	if diff := cmp.Diff(map[string]int{"GET ?versions 200": 1, "HEAD 200": 5}, calls); diff != "" {
		t.Error(diff)
	}
}

// The version without a version ID is called "null" whatever the bucket's
// versioning state, and is inspected.
func TestNullVersions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		versioning string
		nullID     bool
	}{{cosmock.VersioningNever, false}, {cosmock.VersioningNever, true}, {cosmock.VersioningSuspended, false}, {cosmock.VersioningEnabled, false}} {
		t.Run(fmt.Sprint(tc), func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.Undocumented.NullVersionID = tc.nullID })
			store(t, w, "k", cosmock.NewObject{Mode: sse.ModeAES256})
			must(t, w.SetVersioning(w.Bucket(), tc.versioning))
			got, err := configured(t, w, nil).Read(t.Context(), auditedVersions, map[string]any{"bucket": w.Bucket()})
			must(t, err)
			if text := got.String(); !strings.Contains(text, `"version_id":tftypes.String<"null">`) || !strings.Contains(text, `"AES256":tftypes.Number<"1">`) {
				t.Error(text)
			}
		})
	}
}

// An audit of versions explains why it cannot run.
func TestVersionsBadInput(t *testing.T) {
	t.Parallel()
	policy := func(actions ...string) func(*testing.T, *acctest.World) {
		return func(t *testing.T, w *acctest.World) {
			t.Helper()
			must(t, w.SetPolicy(allow(actions...)))
		}
	}
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	for name, tc := range map[string]struct {
		change   func(*testing.T, *acctest.World)
		provider map[string]any
		config   map[string]any
		want     []string
	}{
		"no such bucket":      {nil, nil, map[string]any{"bucket": "other-1250000000"}, []string{"NoSuchBucket", "other-1250000000"}},
		"no right to list":    {policy("name/cos:HeadObject"), nil, nil, []string{"could not be listed", "name/cos:GetBucketObjectVersions"}},
		"no right to HEAD":    {policy("name/cos:GetBucketObjectVersions"), nil, nil, []string{"the version ", "a/1 could not be looked at", "name/cos:HeadObject"}},
		"half a bucket":       {nil, nil, map[string]any{"bucket": "lab"}, []string{"is not a full bucket name"}},
		"no region":           {nil, map[string]any{"region": nil}, nil, []string{"The region of the bucket is not set"}},
		"a secret unknown":    {nil, map[string]any{"secret_key": unknown}, nil, []string{"secret_key"}},
		"encryption":          {nil, nil, map[string]any{"encryption": []string{"SSE-S3"}}, []string{`"SSE-S3" is not an encryption`}},
		"no encryption":       {nil, nil, map[string]any{"not_encryption": []string{}}, []string{"not_encryption is empty"}},
		"key and prefix":      {nil, nil, map[string]any{"key": "k", "prefix": "k"}, []string{"key names one key, and prefix selects many"}},
		"key and pattern":     {nil, nil, map[string]any{"key": "k", "match": "k*"}, []string{"key names one key, and match selects many"}},
		"an empty key":        {nil, nil, map[string]any{"key": ""}, []string{"Invalid Object Key"}},
		"a key that leads up": {nil, nil, map[string]any{"key": "a/../b"}, []string{"Invalid Object Key"}},
		"half a pattern":      {nil, nil, map[string]any{"match": "a/[x"}, []string{"cannot be matched"}},
		"a limit of none":     {nil, nil, map[string]any{"limit": 0}, []string{"Invalid Limit"}},
		"a limit too large":   {nil, nil, map[string]any{"limit": 1_000_001}, []string{"Invalid Limit"}},
		"no name":             {nil, nil, map[string]any{"sse_customer_key_name": ""}, []string{"sse_customer_key_name is empty"}},
		"an unknown name":     {nil, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}}, map[string]any{"sse_customer_key_name": "c"}, []string{"Unknown Customer Key Name", "It has: b."}},
		"a key as a name":     {nil, nil, map[string]any{"sse_customer_key_name": acctest.KeyA}, []string{"looks like a customer key itself"}},
		"a keyring unknown":   {nil, map[string]any{"sse_customer_keys": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue)}, map[string]any{"sse_customer_key_name": "c"}, []string{"not all known yet"}},
		"an unaddressable version": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			store(t, w, "a/../b", cosmock.NewObject{})
		}, nil, nil, []string{`"a/../b" cannot be addressed`}},
		"half a listing": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			must(t, w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("GET", "", "versions"), Kind: cosmock.FaultTruncate, Times: -1}))
		}, map[string]any{"max_retries": 0}, nil, []string{"could not be listed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
			store(t, w, "a/1", cosmock.NewObject{})
			if tc.change != nil {
				tc.change(t, w)
			}
			config := map[string]any{"bucket": w.Bucket()}
			maps.Copy(config, tc.config)
			got, err := configured(t, w, tc.provider).Read(t.Context(), auditedVersions, config)
			if err == nil {
				t.Fatalf("no error: %s", got)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in %v", want, err)
				}
			}
			if strings.Contains(err.Error(), acctest.KeyA) {
				t.Error("the error has the key")
			}
		})
	}
}

// A delete marker is listed even if no request could address its key.
func TestDeleteMarkerOfAnUnaddressableKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	must(t, w.DeleteObject(w.Bucket(), "a/../b"))
	got, err := configured(t, w, nil).Read(t.Context(), auditedVersions, map[string]any{"bucket": w.Bucket()})
	must(t, err)
	if diff := cmp.Diff([]string{"*a/../b deleted"}, versionLines(t, got)); diff != "" {
		t.Error(diff)
	}
}

// listings starts a server that returns the pages in turn, repeating the last,
// for each listing of versions. Keys that contain "gone" do not exist.
func listings(t *testing.T, pages ...string) *protocol.Client {
	t.Helper()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodHead && strings.Contains(r.URL.Path, "gone"):
			w.WriteHeader(http.StatusNotFound)
		case r.Method == http.MethodHead:
			w.Header().Set("ETag", `"e"`)
			w.Header().Set("Content-Length", "1")
			w.Header().Set("Last-Modified", "Thu, 10 Dec 2020 03:37:30 GMT")
		case r.URL.Query().Has("versions"):
			fmt.Fprint(w, "<ListVersionsResult>"+pages[min(asked, len(pages)-1)]+"</ListVersionsResult>")
			asked++
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, "<Error><Code>NoSuchVersion</Code></Error>")
		}
	}))
	t.Cleanup(server.Close)
	client, err := protocol.Start(t.Context(), provider.Server("test")(), map[string]any{"region": "ap-guangzhou", "secret_id": "i", "secret_key": "s", "endpoint": server.URL, "max_retries": 0})
	must(t, err)
	return client
}

func listedVersion(kind, key, id, at string, latest bool) string {
	return fmt.Sprintf(`<%s><Key>%s</Key><VersionId>%s</VersionId><IsLatest>%t</IsLatest><LastModified>2020-12-10T03:37:%s.000Z</LastModified><ETag>"e"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></%s>`, kind, key, id, latest, at, kind)
}

func more(key, id string) string {
	return fmt.Sprintf("<IsTruncated>true</IsTruncated><NextKeyMarker>%s</NextKeyMarker><NextVersionIdMarker>%s</NextVersionIdMarker>", key, id)
}

// A listing that does not advance is an error, and versions that have vanished
// are left out. The order does not depend on where the listing puts delete
// markers.
func TestVersionsOfOddListings(t *testing.T) {
	t.Parallel()
	a, b := listedVersion("Version", "k", "a", "40", true), listedVersion("Version", "k", "b", "30", false)
	for name, tc := range map[string]struct {
		pages []string
		want  string // version IDs in order
		fails string
	}{
		"vanished":              {[]string{a + listedVersion("Version", "k-gone", "x", "30", true)}, "a", ""},
		"markers apart":         {[]string{a + b + listedVersion("Version", "l", "z", "10", true) + listedVersion("DeleteMarker", "k", "m", "35", false)}, "a m b z", ""},
		"the same page":         {[]string{a + more("k", "a")}, "", "does not advance"},
		"a circle":              {[]string{a + more("k", "a"), b + more("k", "b"), a + more("k", "a")}, "", "does not advance"},
		"back to an earlier":    {[]string{a + more("k", "a"), b + more("j", "b")}, "", "does not advance"},
		"back, without a place": {[]string{a + more("k", "a"), b + more("", "b")}, "", "names no marker"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := listings(t, tc.pages...).Read(t.Context(), auditedVersions, map[string]any{"bucket": "lab-1250000000"})
			if tc.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tc.fails) {
					t.Errorf("%v: %s", err, got)
				}
				return
			}
			must(t, err)
			var versions []tftypes.Value
			must(t, attribute(t, got, "versions").As(&versions))
			var ids []string
			for _, v := range versions {
				ids = append(ids, protocol.Text(v, "version_id"))
			}
			if text := strings.Join(ids, " "); text != tc.want {
				t.Errorf("%s, want %s", text, tc.want)
			}
		})
	}
}
