package object_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Every kind of drift in every encryption mode, with the resulting plan.
func TestAccDriftUnderEachMode(t *testing.T) {
	t.Parallel()
	modes := map[string]struct {
		argument string
		object   cosmock.NewObject
		restored map[string]acctest.From // planned changes if the encryption was removed
	}{
		"SSE-COS": {plain, cosmock.NewObject{Mode: sse.ModeAES256}, map[string]acctest.From{"server_side_encryption": {Before: nil, After: "AES256"}}},
		"SSE-KMS": {"server_side_encryption = \"cos/kms\"\nsse_kms_key_id = \"" + acctest.KMSKey1 + `"`, cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, map[string]acctest.From{"server_side_encryption": {Before: nil, After: "cos/kms"}, "sse_kms_key_id": {Before: nil, After: acctest.KMSKey1}}},
		"SSE-C":   {`sse_customer_key_name = "b"`, cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}, map[string]acctest.From{"sse_customer_key_name": {Before: nil, After: "b"}}},
	}
	kinds := map[string]struct {
		change func(w *acctest.World, bucket string, o cosmock.NewObject) error
		action string
		want   func(restored map[string]acctest.From) map[string]acctest.From
	}{
		"another body": {
			func(w *acctest.World, bucket string, o cosmock.NewObject) error {
				o.Body = strings.NewReader("HELLO")
				return w.PutObject(bucket, "a", o)
			},
			"update",
			func(map[string]acctest.From) map[string]acctest.From {
				return map[string]acctest.From{"content_crc64": {Before: acctest.Any, After: "11177612005948864433"}, "etag": {Before: acctest.Any, After: acctest.Unknown}}
			},
		},
		"another header": {
			func(w *acctest.World, bucket string, o cosmock.NewObject) error {
				o.Header.Set("Cache-Control", "public")
				return w.PutObject(bucket, "a", o)
			},
			"update",
			func(map[string]acctest.From) map[string]acctest.From {
				return map[string]acctest.From{"cache_control": {Before: "public", After: "no-store"}}
			},
		},
		"not encrypted": {
			func(w *acctest.World, bucket string, o cosmock.NewObject) error {
				o.Mode, o.KMSKeyID, o.CustomerKey = sse.ModeNone, "", sse.CustomerKey{}
				return w.PutObject(bucket, "a", o)
			},
			"update",
			func(restored map[string]acctest.From) map[string]acctest.From { return restored },
		},
		"under a delete marker": {
			func(w *acctest.World, bucket string, _ cosmock.NewObject) error {
				if err := w.SetVersioning(bucket, "Enabled"); err != nil {
					return err
				}
				return w.DeleteObject(bucket, "a")
			},
			"create",
			func(map[string]acctest.From) map[string]acctest.From { return nil },
		},
		"gone": {
			func(w *acctest.World, bucket string, _ cosmock.NewObject) error { return w.DeleteObject(bucket, "a") },
			"create",
			func(map[string]acctest.From) map[string]acctest.From { return nil },
		},
	}
	table := map[string][2]string{}
	for mode := range modes {
		for kind := range kinds {
			table[mode+", "+kind] = [2]string{mode, kind}
		}
	}
	c := newCases(t, table)
	config, plans := c.Provider(keyring), []plancheck.PlanCheck{}
	for name, tc := range table {
		config += c.object(name, "a", modes[tc[0]].argument, `content = "hello"`, `content_type = "text/plain"`, `cache_control = "no-store"`)
		plans = append(plans, acctest.Actions(map[string]string{c.address(name): kinds[tc[1]].action}),
			acctest.Changes(c.address(name), kinds[tc[1]].want(modes[tc[0]].restored)))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					for name, tc := range table {
						o := modes[tc[0]].object
						o.Body, o.Header = strings.NewReader("hello"), http.Header{"Content-Type": {"text/plain"}, "Cache-Control": {"no-store"}}
						must(t, kinds[tc[1]].change(c.World, c.bucket(name), o))
					}
				},
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plans},
			},
		},
	})
}

// Objects older than COS's CRC64 are compared by their ETag if it is an MD5. If
// nothing can be compared, the body is uploaded once, and then has a CRC64.
func TestAccWithoutCRC64(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		argument string
		uploads  int
	}{
		"SSE-COS": {plain, 0},
		"SSE-KMS": {`server_side_encryption = "cos/kms"`, 1},
		"SSE-C":   {`sse_customer_key_name = "b"`, 1},
	}
	c := newCases(t, table)
	config := func(content string) string {
		text := c.Provider(keyring)
		for name, tc := range table {
			text += c.object(name, "a", tc.argument, "content = "+acctest.Quote(content))
		}
		return text
	}
	forgotten, imports, uploads := c.Provider(keyring), config("hello"), []statecheck.StateCheck{}
	for name, tc := range table {
		forgotten += "removed {\n  from = " + c.address(name) + "\n  lifecycle {\n    destroy = false\n  }\n}\n"
		imports += "import {\n  to = " + c.address(name) + "\n  id = " + acctest.Quote(c.bucket(name)+"/a") + "\n}\n"
		uploads = append(uploads, named(name, func() error {
			n := 0
			for _, r := range c.Requests() {
				if r.Bucket == c.bucket(name) && r.BodyBytes == 5 {
					n++
				}
			}
			return acctest.Differ("uploads", tc.uploads, n)
		}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config("hello")},
			{ // COS sometimes omits the CRC64 of an unchanged object
				PreConfig: func() {
					for name := range table {
						must(t, c.ForgetCRC64(c.bucket(name), "a"))
					}
				},
				Config:           config("hello"),
				ConfigPlanChecks: unchanged,
			},
			{Config: forgotten},
			{
				PreConfig:         c.ResetRequests,
				Config:            imports,
				ConfigStateChecks: uploads,
			},
			{Config: config("HELLO")},
		},
	})
}

// A missing bucket, or one in another region, does not prove that its objects are
// gone: they stay in the state.
//
// With our runner: every command fails, including the destroy with which the
// harness ends.
func TestAccVanishedBucket(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "hello"`))
	ws.Apply()
	if err := w.DeleteObject(w.Bucket(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SDK(t).Bucket.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"apply", "-refresh-only", "-auto-approve"}, {"destroy", "-auto-approve"}, {"destroy", "-auto-approve", "-refresh=false"}} {
		w.ResetRequests()
		if out := ws.Fail(command...).Text(); !strings.Contains(out, "There is no such bucket in the region") {
			t.Errorf("%q:\n%s", command, out)
		}
		if asked := count(w)["HEAD 404"]; asked > 2 {
			t.Errorf("%q asked %d times: %q", command, asked, w.Calls())
		}
		if ws.Attributes(testObject) == nil {
			t.Fatalf("%q: the object has left the state", command)
		}
	}
}

// COS cannot copy an archived object. If a body is declared, it is uploaded again;
// otherwise the error explains what to do.
func TestAccArchivedObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string {
		return w.Provider() + w.Object("a", append(lines, plain, `storage_class = "ARCHIVE"`)...)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys().OfState,
		Steps: []resource.TestStep{
			{Config: config(hello)},
			{
				PreConfig: w.ResetRequests,
				Config:    config(hello, `cache_control = "no-store"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					w.Says("Warning: Archived Object Is Uploaded Again", "at least 90 days")),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?acl 200", "PUT copy 403 AES256", "HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"),
				},
			},
			{Config: config(`cache_control = "no-store"`)},
			{
				Config:      config(`cache_control = "public"`),
				ExpectError: acctest.Error("InvalidObjectState", "The object is archived: restore it first"),
			},
		},
	})
}
