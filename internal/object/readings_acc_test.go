package object_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// reading is a way in which COS may answer that is not the default of the mock.
type reading struct {
	name string
	set  func(*cosmock.Options)
}

// otherValues are values other than the default for those fields of
// cosmock.Undocumented that need something other than true or a 403.
var otherValues = map[string]any{
	"DefaultCacheControl": "max-age=259200",
	"DefaultContentType":  "text/x-fallback",
	"DeleteMissingStatus": 200,
	"MetadataTooLarge":    cosmock.Answer{Code: "MetadataTooLarge"},
	"RetentionShortened":  cosmock.Answer{Status: 409, Code: "InvalidLockedTime"},
	"TokenExpired":        cosmock.Answer{Status: 403, Code: "InvalidAccessKeyId"},
	"UnknownAlgorithm":    cosmock.Answer{Code: "SSEContentNotSupported"},
	"WrongRegion":         cosmock.Answer{Status: 301, Code: "PermanentRedirect"},
}

// otherKinds are the switches of cosmock.Options that the life in this test cannot
// run under, and why.
var otherKinds = map[string]string{
	"Dedicated":            "the life's hosts are public ones",
	"Overdue":              "nothing is served",
	"MetadataAcceleration": "nothing is encrypted: see TestMetadataAcceleration",
	"RefusePathStyle":      "the tests reach the server by its address, which is path style",
}

// readings derives all readings from the options of the mock, so that none can be
// forgotten.
func readings(t *testing.T) []reading {
	t.Helper()
	var all []reading
	undocumented := reflect.TypeFor[cosmock.Undocumented]()
	for i := range undocumented.NumField() {
		field := undocumented.Field(i)
		value, ok := otherValues[field.Name]
		switch {
		case ok:
		case field.Type.Kind() == reflect.Bool:
			value = true
		case field.Type == reflect.TypeFor[cosmock.Answer]():
			value = cosmock.Answer{Status: 403, Code: "AccessDenied"}
		default:
			t.Fatalf("what else may %s be?", field.Name)
		}
		all = append(all, reading{field.Name, func(o *cosmock.Options) {
			reflect.ValueOf(&o.Undocumented).Elem().Field(i).Set(reflect.ValueOf(value))
			// This option only has an effect together with another one.
			o.ForceDownload = o.ForceDownload || field.Name == "ForceDownloadHead"
		}})
	}
	kinds := reflect.TypeFor[cosmock.Options]()
	for i := range kinds.NumField() {
		if field := kinds.Field(i); field.Type.Kind() == reflect.Bool && otherKinds[field.Name] == "" {
			all = append(all, reading{field.Name, func(o *cosmock.Options) { reflect.ValueOf(o).Elem().Field(i).SetBool(true) }})
		}
	}
	return all
}

// Every exception names a field.
func TestReadings(t *testing.T) {
	t.Parallel()
	for name := range otherValues {
		if _, ok := reflect.TypeFor[cosmock.Undocumented]().FieldByName(name); !ok {
			t.Errorf("there is no %s", name)
		}
	}
	for name := range otherKinds {
		if _, ok := reflect.TypeFor[cosmock.Options]().FieldByName(name); !ok {
			t.Errorf("there is no %s", name)
		}
	}
	for _, r := range readings(t) {
		var o cosmock.Options
		r.set(&o)
		if reflect.ValueOf(o).IsZero() {
			t.Errorf("%s changes nothing", r.name)
		}
	}
}

// The life of an object is the same however COS answers where its documentation is
// unclear. Each life runs under several readings at once, but never under two about
// the same thing. If it fails, it runs under each of its readings alone.
//
// With our runner: the harness stops at the first failure, and this test then tries
// each reading alone.
func TestAccLifeUnderEachReading(t *testing.T) {
	t.Parallel()
	const lives = 4
	all := readings(t)
	t.Run("the default", func(t *testing.T) {
		t.Parallel()
		leadLife(t, nil)
	})
	for n := range lives {
		var some []reading
		for i := n; i < len(all); i += lives {
			some = append(some, all[i])
		}
		t.Run(fmt.Sprint("every fourth from ", n), func(t *testing.T) {
			t.Parallel()
			if t.Run("together", func(t *testing.T) { leadLife(t, some) }) {
				return
			}
			for _, one := range some {
				t.Run(one.name, func(t *testing.T) { leadLife(t, []reading{one}) })
			}
		})
	}
}

// member is an object of the life, with one encryption in one kind of bucket.
type member struct {
	name, bucket        string
	before, after       []string // encryption arguments
	wasStored, isStored sse.Observed
	wasSecret, isSecret string // customer keys
	body                []string
	wantBody            []byte
}

// leadLife creates objects under each encryption, rotates keys, changes headers and
// tags, moves, imports into an empty state, and destroys.
func leadLife(t *testing.T, under []reading) {
	t.Helper()
	const never, versioned, suspended = "never-1250000000", "versioned-1250000000", "suspended-1250000000"
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{never, versioned, suspended} }, func(o *cosmock.Options) {
		for _, r := range under {
			r.set(o)
		}
	})
	must(t, w.SetVersioning(versioned, cosmock.VersioningEnabled))
	must(t, w.SetVersioning(suspended, cosmock.VersioningEnabled))
	must(t, w.SetVersioning(suspended, cosmock.VersioningSuspended))
	file, data := large(t, "large.bin", "0123456789abcdef")
	kms := func(id string) sse.Observed { return sse.Observed{Mode: sse.ModeKMS, KMSKeyID: id} }
	underKey := func(md5 string) sse.Observed { return sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: md5} }
	byKMS := func(id string, more ...string) []string {
		return append([]string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(id)}, more...)
	}
	members := []member{
		{name: "cos", bucket: never, before: []string{plain}, wasStored: sse.Observed{Mode: sse.ModeAES256},
			after: byKMS(acctest.KMSKey1), isStored: kms(acctest.KMSKey1), body: []string{hello}, wantBody: []byte("hello")},
		{name: "kms.txt", bucket: versioned, before: byKMS(acctest.KMSKey1, `sse_context = base64encode(jsonencode({ a = "b" }))`), wasStored: kms(acctest.KMSKey1),
			after: byKMS(acctest.KMSKey2), isStored: kms(acctest.KMSKey2), body: []string{hello}, wantBody: []byte("hello")},
		{name: "customer.json", bucket: suspended, before: []string{`sse_customer_key_name = "a"`}, wasStored: underKey(acctest.KeyAMD5), wasSecret: acctest.KeyA,
			after: []string{`sse_customer_key_name = "b"`}, isStored: underKey(acctest.KeyBMD5), isSecret: acctest.KeyB, body: []string{hello}, wantBody: []byte("hello")},
		{name: "written", bucket: never, before: []string{"sse_customer_key_wo = var.a"}, wasStored: underKey(acctest.KeyAMD5), wasSecret: acctest.KeyA,
			after: []string{"sse_customer_key_wo = var.b"}, isStored: underKey(acctest.KeyBMD5), isSecret: acctest.KeyB, body: []string{hello}, wantBody: []byte("hello")},
		{name: "large.bin", bucket: versioned, before: byKMS(acctest.KMSKey1), wasStored: kms(acctest.KMSKey1),
			after: []string{`sse_customer_key_name = "a"`}, isStored: underKey(acctest.KeyAMD5), isSecret: acctest.KeyA,
			body: []string{"source = " + acctest.Quote(file)}, wantBody: data},
	}

	ws := acctest.NewWorkspace(t)
	config := func(rotated bool, prefix, imported string, lines ...string) {
		t.Helper()
		parts := []string{ephemeralVariable("a"), ephemeralVariable("b"), w.Provider(inParts, "sse_customer_keys = { a = var.a, b = var.b }"), imported}
		ws.Env = []string{"TF_VAR_a=" + acctest.KeyA, "TF_VAR_b=" + acctest.KeyB}
		for i, m := range members {
			encryption := m.before
			if rotated {
				encryption = m.after
			}
			all := slices.Concat([]string{"bucket = " + acctest.Quote(m.bucket), "key = " + acctest.Quote(prefix+m.name)}, encryption, m.body, lines)
			parts = append(parts, fmt.Sprintf("resource \"cos_encrypted_object\" \"m%d\" {\n  %s\n}\n", i, strings.Join(all, "\n  ")))
		}
		ws.Config(parts...)
	}
	check := func(what string, rotated bool, prefix string, headers map[string]string, tags map[string]string) {
		t.Helper()
		ws.EmptyPlan()
		for _, m := range members {
			want, secret := m.wasStored, m.wasSecret
			if rotated {
				want, secret = m.isStored, m.isSecret
			}
			o, ok := w.Server.Object(m.bucket, prefix+m.name)
			if !ok {
				t.Fatalf("%s: there is no %s", what, prefix+m.name)
			}
			if diff := cmp.Diff(want, sse.Observed{Mode: o.Mode, KMSKeyID: o.KMSKeyID, CustomerKeyMD5: o.CustomerKeyMD5}); diff != "" {
				t.Errorf("%s: encryption of %s (-want +got):\n%s", what, m.name, diff)
			}
			if body, err := o.Plaintext(keyOf(t, secret)); err != nil || !bytes.Equal(body, m.wantBody) {
				t.Errorf("%s: %s has %d bytes, %v", what, m.name, len(body), err)
			}
			for name, value := range headers {
				if got := o.Header.Get(name); got != value {
					t.Errorf("%s: %s of %s is %q, want %q", what, name, m.name, got, value)
				}
			}
			if diff := cmp.Diff(tags, o.Tags); diff != "" {
				t.Errorf("%s: tags of %s (-want +got):\n%s", what, m.name, diff)
			}
		}
	}

	config(false, "", "", `tags = { a = "1" }`)
	ws.Apply()
	check("create", false, "", nil, map[string]string{"a": "1"})

	config(true, "", "", `tags = { a = "1" }`)
	ws.Apply()
	check("rotate", true, "", nil, map[string]string{"a": "1"})

	changed := []string{`cache_control = "no-store"`, `metadata = { owner = "me" }`, `tags = { b = "2" }`}
	headers, tags := map[string]string{"Cache-Control": "no-store", "X-Cos-Meta-Owner": "me"}, map[string]string{"b": "2"}
	config(true, "", "", changed...)
	ws.Apply()
	check("change headers", true, "", headers, tags)

	config(true, "moved/", "", changed...)
	ws.Apply()
	check("move", true, "moved/", headers, tags)
	for _, m := range members {
		if _, ok := w.Server.Object(m.bucket, m.name); ok {
			t.Errorf("%s is still at its old place", m.name)
		}
	}

	must(t, os.Remove(filepath.Join(ws.Dir, "terraform.tfstate")))
	var imports strings.Builder
	for i, m := range members {
		fmt.Fprintf(&imports, "import {\n  to = cos_encrypted_object.m%d\n  id = %q\n}\n", i, m.bucket+"/moved/"+m.name)
	}
	config(true, "moved/", imports.String(), changed...)
	w.ResetRequests()
	if out := ws.Apply().Text(); !strings.Contains(out, "5 imported, 0 added") || !strings.Contains(out, "0 destroyed") {
		t.Errorf("import:\n%s", out)
	}
	for _, r := range w.Requests() {
		if r.Method != "HEAD" && r.Method != "GET" {
			t.Errorf("the import sends %s for %s", acctest.Call(r), r.Key)
		}
	}
	check("import", true, "moved/", headers, tags)

	ws.Destroy()
	for _, bucket := range []string{never, versioned, suspended} {
		if left := w.Keys(bucket); len(left) > 0 {
			t.Errorf("left in %s: %q", bucket, left)
		}
		if left := w.Uploads(bucket); len(left) > 0 {
			t.Errorf("uploads left in %s: %v", bucket, left)
		}
	}
}
