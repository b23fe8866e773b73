package object_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ephemeralObject returns a block that reads the object a.
func ephemeralObject(w *acctest.World, lines ...string) string {
	all := append([]string{"bucket = " + acctest.Quote(w.Bucket()), `key = "a"`}, lines...)
	return "ephemeral \"cos_encrypted_object\" \"test\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

const takeObject = "ephemeral.cos_encrypted_object.test"

const secretBody = "canary-body: 0123456789 ✓"

// The body can be read whatever the encryption of the object, with the attributes
// from the HEAD, using one HEAD and one GET.
func TestAccEphemeralObject(t *testing.T) {
	t.Parallel()
	ring := `sse_customer_keys = { other = "` + acctest.KeyB + `", mine = "` + acctest.KeyA + `" }`
	sseC := cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}
	mine := map[string]any{"sse_customer_key_md5": acctest.KeyAMD5, "sse_customer_key_name": "mine"}
	table := map[string]struct {
		object   cosmock.NewObject
		argument string
		want     map[string]any
		calls    []string
	}{
		"none":    {cosmock.NewObject{}, "", nil, []string{"HEAD 200", "GET 200"}},
		"SSE-COS": {cosmock.NewObject{Mode: sse.ModeAES256}, "", map[string]any{"server_side_encryption": "AES256"}, []string{"HEAD 200", "GET 200"}},
		"SSE-KMS": {cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, "",
			map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1}, []string{"HEAD 200", "GET 200"}},
		"SSE-C by key": {sseC, `sse_customer_key = "` + acctest.KeyA + `"`,
			map[string]any{"sse_customer_key_md5": acctest.KeyAMD5, "sse_customer_key": acctest.KeyA}, []string{"HEAD 200 customer", "GET 200 customer"}},
		"SSE-C by name":   {sseC, `sse_customer_key_name = "mine"`, mine, []string{"HEAD 200 customer", "GET 200 customer"}},
		"SSE-C by search": {sseC, "", mine, []string{"HEAD 400", "HEAD 200 customer", "GET 200 customer"}},
	}
	c := newCases(t, table)
	config, data := c.Provider(ring), ""
	var opened []acctest.Check
	want := map[string]any{}
	for name, tc := range table {
		object := tc.object
		object.Body = strings.NewReader(secretBody)
		object.Header = http.Header{"Content-Type": {"text/x-own"}, "X-Cos-Meta-Team": {"a"}}
		must(t, c.PutObject(c.bucket(name), "a", object))
		stored := c.stored(name, "a")
		config += "ephemeral \"cos_encrypted_object\" " + acctest.Quote(c.label(name)) + " {\n  bucket = " + acctest.Quote(c.bucket(name)) + "\n  key = \"a\"\n  " + tc.argument + "\n}\n"
		data += c.label(name) + " = ephemeral.cos_encrypted_object." + c.label(name) + "\n"
		opened = append(opened, c.sent(name, tc.calls...))
		values := map[string]any{
			"bucket": c.bucket(name), "key": "a", "region": c.Region(), "version_id": nil, "range": nil, "max_bytes": nil,
			"sse_customer_key": nil, "sse_customer_key_name": nil,
			"body": secretBody, "body_base64": base64.StdEncoding.EncodeToString([]byte(secretBody)),
			"content_type": "text/x-own", "content_length": json.Number(strconv.Itoa(len(secretBody))), "content_crc64": strconv.FormatUint(stored.CRC64, 10), "etag": stored.ETag,
			"last_modified": stored.Modified.UTC().Format("2006-01-02T15:04:05Z"), "metadata": map[string]any{"team": "a"},
			"server_side_encryption": nil, "sse_kms_key_id": nil, "sse_customer_key_md5": nil,
		}
		maps.Copy(values, tc.want)
		want[c.label(name)] = values
	}
	opened = append(opened, c.Forget())
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Echo(),
		Steps: []resource.TestStep{{
			Config:           config + acctest.Echoed("{\n"+data+"}"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: asPlanChecks(opened)},
			ConfigStateChecks: append(asStateChecks(opened), acctest.StateThat("echo.test", func(state map[string]any) error {
				return acctest.Differ("what the CLI has", any(want), state["data"])
			})),
		}},
	})
}

// Parts of the body, versions, and bodies that are not text.
func TestAccEphemeralObjectParts(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), "Enabled"))
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("\xff\x00 binary"), Mode: sse.ModeAES256}))
	first, _ := w.Stored("a")
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("[Object Content]"), Mode: sse.ModeAES256}))
	latest, _ := w.Stored("a")
	must(t, w.PutObject(w.Bucket(), "empty", cosmock.NewObject{Mode: sse.ModeAES256}))
	must(t, w.PutObject(w.Bucket(), "nfd", cosmock.NewObject{Body: strings.NewReader("e\u0301"), Mode: sse.ModeAES256}))
	table := map[string]struct {
		lines   []string
		body    any
		base64  string
		version string
	}{
		"the latest version": {nil, "[Object Content]", "W09iamVjdCBDb250ZW50XQ==", latest.VersionID},
		"the first version":  {[]string{"version_id = " + acctest.Quote(first.VersionID)}, nil, "/wAgYmluYXJ5", first.VersionID},
		"a part":             {[]string{`range = "bytes=8-14"`}, "Content", "Q29udGVudA==", latest.VersionID},
		"the end":            {[]string{`range = "bytes=-8"`, "max_bytes = 8"}, "Content]", "Q29udGVudF0=", latest.VersionID},
		"a part of the first": {[]string{`range = "bytes=3-"`, "version_id = " + acctest.Quote(first.VersionID)},
			"binary", "YmluYXJ5", first.VersionID},
		"the empty object":     {[]string{`key = "empty"`}, "", "", ""},
		"not in Unicode's NFC": {[]string{`key = "nfd"`}, "\u00e9", "ZcyB", ""}, // normalized as a CLI string, and verbatim in base64
	}
	config, data, want := w.Provider(), "", map[string]any{}
	for i, name := range slices.Sorted(maps.Keys(table)) {
		tc, label := table[name], fmt.Sprintf("case%02d", i)
		block := strings.Replace(ephemeralObject(w, tc.lines...), `"test"`, acctest.Quote(label), 1)
		version := "null"
		if tc.version == "" {
			block = strings.Replace(block, `key = "a"`, "", 1)
		} else {
			version = "ephemeral.cos_encrypted_object." + label + ".version_id"
		}
		config += "# " + name + "\n" + block
		data += fmt.Sprintf("%[1]s = [ephemeral.cos_encrypted_object.%[1]s.body, ephemeral.cos_encrypted_object.%[1]s.body_base64, %[2]s]\n", label, version)
		values := []any{tc.body, tc.base64, nil}
		if tc.version != "" {
			values[2] = tc.version
		}
		want[label] = values
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Echo(),
		Steps: []resource.TestStep{{
			Config: config + acctest.Echoed("{\n"+data+"}"),
			ConfigStateChecks: []statecheck.StateCheck{acctest.StateThat("echo.test", func(state map[string]any) error {
				return acctest.Differ("what the CLI has", any(want), state["data"])
			})},
		}},
	})
}

// Errors explain why an object cannot be read and what to do, and reveal neither
// body nor key.
func TestAccEphemeralObjectRefused(t *testing.T) {
	t.Parallel()
	fault := func(method string, kind cosmock.FaultKind) func(*testing.T, *acctest.World) {
		return func(t *testing.T, w *acctest.World) { t.Helper(); arm(t, w, method, kind, -1) }
	}
	ring := []string{`sse_customer_keys = { mine = "` + acctest.KeyB + `" }`, "max_retries = 0"}
	for name, tc := range map[string]struct {
		lines    []string
		provider []string
		prepare  func(*testing.T, *acctest.World)
		says     []string
		calls    []string
	}{
		"too large":       {lines: []string{"max_bytes = 10"}, says: []string{"has 27 bytes, but at most 10", "raise max_bytes"}, calls: []string{"HEAD 200"}},
		"a large part":    {lines: []string{"max_bytes = 10", `range = "bytes=1-"`}, says: []string{"has 26 bytes, but at most 10"}, calls: []string{"HEAD 200"}},
		"no such part":    {lines: []string{`range = "bytes=27-"`}, says: []string{"has 27 bytes: there is nothing in the range"}, calls: []string{"HEAD 200"}},
		"truncated":       {provider: ring, prepare: fault("GET", cosmock.FaultTruncate), says: []string{"broke off before its end"}},
		"altered":         {provider: ring, prepare: fault("GET", cosmock.FaultWrongCRC), says: []string{"its CRC64 differs"}, calls: []string{"HEAD 200", "GET 200"}},
		"altered at HEAD": {provider: ring, prepare: fault("HEAD", cosmock.FaultWrongCRC), says: []string{"its CRC64 differs"}, calls: []string{"HEAD 200", "GET 200"}},
		"not there":       {prepare: func(t *testing.T, w *acctest.World) { t.Helper(); must(t, w.DeleteObject(w.Bucket(), "a")) }, says: []string{"NoSuchKey", "cos://lab-1250000000/a", "request id"}},
		"no such bucket":  {lines: []string{`bucket = "none-1250000000"`}, says: []string{"There is no such bucket in the region"}},
		"archived": {
			prepare: func(t *testing.T, w *acctest.World) {
				t.Helper()
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody), Class: "ARCHIVE"}))
			},
			says: []string{"The object is archived: restore it first"},
		},
		"another key": {
			lines:   []string{`sse_customer_key = "` + acctest.KeyB + `"`},
			prepare: underKeyA, says: []string{"SsecDecryptHeaderInvalid", "had no key or another one"},
		},
		"no key fits": {
			provider: ring, prepare: underKeyA, says: []string{"none of the 1 keys of the keyring that were tried fits"},
		},
		"a key for nothing": {lines: []string{`sse_customer_key = "` + acctest.KeyB + `"`}, says: []string{"not encrypted with the customer key that is declared", "it has SSE-COS (AES256)"}},
		"no such name":      {lines: []string{`sse_customer_key_name = "none"`}, provider: ring, says: []string{"no key named \"none\". It has: mine."}, calls: []string{}},
		"both":              {lines: []string{`sse_customer_key_name = "mine"`, `sse_customer_key = "` + acctest.KeyB + `"`}, provider: ring, says: []string{"More Than One Encryption"}, calls: []string{}},
		"no key at all":     {lines: []string{`sse_customer_key = "aGVsbG8="`}, says: []string{"Invalid Customer Key"}, calls: []string{}},
		"no range":          {lines: []string{`range = "0-5"`}, says: []string{"Invalid Range", "bytes=first-last"}, calls: []string{}},
		"no limit":          {lines: []string{`max_bytes = 0`}, says: []string{"Invalid Size Limit", "67108864"}, calls: []string{}},
		"no bucket name":    {lines: []string{`bucket = "lab"`}, says: []string{"Invalid Bucket"}, calls: []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody), Mode: sse.ModeAES256}))
			if tc.prepare != nil {
				tc.prepare(t, w)
			}
			block := ephemeralObject(w, tc.lines...)
			if strings.Contains(strings.Join(tc.lines, " "), "bucket =") {
				block = strings.Replace(block, "bucket = "+acctest.Quote(w.Bucket()), "", 1)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Echo(),
				Steps: []resource.TestStep{{
					PreConfig:   w.ResetRequests,
					Config:      w.Provider(tc.provider...) + block + acctest.Echoed(takeObject),
					ExpectError: acctest.Error(tc.says...),
				}},
			})
			acctest.Now(t, w.HidesInDiagnostics(secretBody))
			if tc.calls != nil {
				acctest.Now(t, w.Sent(tc.calls...))
			}
		})
	}
}

func underKeyA(t *testing.T, w *acctest.World) {
	t.Helper()
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}))
}
