package object_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const aes = `server_side_encryption = "AES256"`

// Errors in a configuration are reported by the plan, each at its own attribute,
// and none reveals a secret.
//
// With our runner: the attribute to which an error points is in the CLI's JSON
// output.
func TestAccBadInput(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	file := ws.Write("file.txt", "hello")
	short := base64.StdEncoding.EncodeToString([]byte("a customer key of thirty-1 byte"))
	long := base64.StdEncoding.EncodeToString([]byte("a customer key of 33 bytes, or so"))
	const (
		noBase64 = "!canary+that*is-no%base64_at all!"
		body     = "canary-body-0123456789"
		kms      = `server_side_encryption = "cos/kms"`
	)
	variables := secretVariables(ws, map[string]string{"a": acctest.KeyA, "short": short, "long": long, "none": noBase64, "body": body})
	provider := w.Provider(`sse_customer_keys = { one = var.a, two = "` + acctest.KeyB + `" }`)
	for name, cases := range map[string]map[string]badInput{
		// Found in the arguments alone.
		"validate": {
			"no_appid":          {`bucket = "lab"`, aes, "", "Invalid Bucket", `bucket = "lab"`},
			"dot":               {`key = "."`, aes, "", "Invalid Object Key", "key"},
			"dots":              {`key = ".."`, aes, "", "Invalid Object Key", "key"},
			"dot_slash":         {`key = "./"`, aes, "", "Invalid Object Key", "key"},
			"down_and_up":       {`key = "a/../"`, aes, "", "Invalid Object Key", "key"},
			"dot_inside":        {`key = "a/./b"`, aes, "", "Invalid Object Key", "key"},
			"a_slash":           {`key = "/"`, aes, "", "Invalid Object Key", "key"},
			"leading_backslash": {`key = "\\a"`, aes, "", "Invalid Object Key", "key"},
			"long_key":          {`key = "` + strings.Repeat("k", 851) + `"`, aes, "", "Invalid Object Key", "key"},
			"control_character": {`key = "a\tb"`, aes, "", "Invalid Object Key", "key"},
			"two_bodies":        {`source = ""`, aes, `content_base64 = ""`, "More Than One Body", "content_base64"},
			"empty_source":      {`source = ""`, aes, "", "Invalid Source", "source"},
			"mode_and_name":     {"", aes, `sse_customer_key_name = "one"`, "More Than One Encryption", "sse_customer_key_name"},
			"unknown_mode":      {"", `server_side_encryption = "KMS"`, "", "Invalid Encryption Mode", "server_side_encryption"},
			"kms_key_alone":     {"", aes, `sse_kms_key_id = "id"`, "KMS Argument Without SSE-KMS", "sse_kms_key_id"},
			"context_alone":     {"", aes, `sse_context = base64encode("{}")`, "KMS Argument Without SSE-KMS", "sse_context"},
			"context_no_base64": {"", kms, `sse_context = "{}"`, "Invalid Encryption Context", "sse_context"},
			"context_no_json":   {"", kms, `sse_context = base64encode("a")`, "Invalid Encryption Context", "sse_context"},
			"context_list":      {"", kms, `sse_context = base64encode("[]")`, "Invalid Encryption Context", "sse_context"},
		},
		// Requires the values of variables, the provider's configuration or files.
		"plan": {
			"metadata_name": {"", aes, `metadata = { my_owner = "me" }`, "Invalid Metadata Name", "metadata"},
			"metadata_size": {"", aes, `metadata = { a = join("", [for i in range(1024) : "xx"]) }`, "Metadata Too Large", "metadata"},
			"header":        {"", aes, `cache_control = "no\tstore"`, "Invalid Header", "cache_control"},
			"expires":       {"", aes, `expires = "soon"`, "Invalid Date", "expires"},
			"no_body":       {"content = null", aes, "", "No Body Declared", ""},
			"two_bodies":    {"", aes, "content_base64 = var.none", "More Than One Body", "content_base64"},
			"no_base64":     {"content = null", aes, "content_base64 = var.none", "Invalid Body", "content_base64"},
			"large_content": {`content = join("", [for i in range(1024) : format("%8193s", var.body)])`, aes, "", "Invalid Body", "content = join"},
			"folder":        {"source = " + acctest.Quote(ws.Dir), aes, "", "Source Is Not a File", "source"},
			"unreadable":    {"source = " + acctest.Quote(file+"/x"), aes, "", "Source Not Readable", "source"},
			"no_encryption": {"", "", "", "No Encryption Declared", ""},
			"mode_and_key":  {"", aes, "sse_customer_key = var.a", "More Than One Encryption", "sse_customer_key"},
			"key_and_name":  {"", "sse_customer_key = var.a", `sse_customer_key_name = "one"`, "More Than One Encryption", "sse_customer_key_name"},
			"key_no_base64": {"", "sse_customer_key = var.none", "", "Invalid Customer Key", "sse_customer_key"},
			"key_31_bytes":  {"", "sse_customer_key = var.short", "", "Invalid Customer Key", "sse_customer_key"},
			"key_33_bytes":  {"", "sse_customer_key = var.long", "", "Invalid Customer Key", "sse_customer_key"},
			"unknown_name":  {"", `sse_customer_key_name = "three"`, "", "Unknown Customer Key Name", "sse_customer_key_name"},
		},
	} {
		config := []string{variables, provider}
		want := map[string][]string{}
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			config = append(config, cases[name].resource(name, w.Bucket()))
			want[name] = []string{cases[name].says}
		}
		ws.Config(config...)
		r := ws.Fail("plan", "-json")
		got := map[string][]string{}
		for _, d := range reports(t, r) {
			name := strings.TrimPrefix(d.Address, "cos_encrypted_object.")
			got[name] = append(got[name], d.Summary)
			if code := cases[name].code; !strings.Contains(d.Snippet.Code, code) {
				t.Errorf("%s: points at %q, want %q", name, d.Snippet.Code, code)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", name, diff)
		}
		checkReport(t, r, nil, acctest.KeyA, acctest.KeyB, short, long, noBase64, body, w.SecretKey())
		if name == "plan" {
			checkReport(t, ws.Fail("plan"), []string{"use source", "It has: one, two.", "it is a folder", "cos_encrypted_directory", "this one decodes to 31", `content = ""`},
				acctest.KeyA, acctest.KeyB, short, long, noBase64, body, w.SecretKey())
		} else {
			ws.Fail("validate")
		}
	}
	if len(w.Requests()) > 0 {
		t.Errorf("requests were sent: %v", w.Calls())
	}
}

// badInput is a resource with an error. instead replaces the matching line of a
// valid resource.
type badInput struct{ instead, encryption, further, says, code string }

func (b badInput) resource(name, bucket string) string {
	lines := map[string]string{"bucket": acctest.Quote(bucket), "key": acctest.Quote(name), "content": "var.body"}
	if argument, value, ok := strings.Cut(b.instead, " = "); ok {
		if argument == "source" {
			delete(lines, "content")
		}
		lines[argument] = value
	}
	text := fmt.Sprintf("resource \"cos_encrypted_object\" %q {\n", name)
	for _, argument := range slices.Sorted(maps.Keys(lines)) {
		text += "  " + argument + " = " + lines[argument] + "\n"
	}
	return text + "  " + b.encryption + "\n  " + b.further + "\n}"
}

// A customer key never crosses plain HTTP. However the key is set, not a single
// request is sent. Other encryptions are not affected.
func TestAccCustomerKeyOverHTTP(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	block := acctest.Sensitive("a") + acctest.ProviderBlock(
		"region = "+acctest.Quote(w.Region()), "secret_id = "+acctest.Quote(w.SecretID()), "secret_key = "+acctest.Quote(w.SecretKey()),
		"endpoint = "+acctest.Quote(w.HTTPURL()), "sse_customer_keys = { one = var.a }",
	)
	const byValue, byItsName = "sse_customer_key = var.a", `sse_customer_key_name = "one"`
	variables := acctest.Variables(map[string]string{"a": acctest.KeyA})
	refused := func(encryption string) resource.TestStep {
		return resource.TestStep{
			Config:          block + w.Object("a", encryption, `content = "x"`),
			ConfigVariables: variables,
			ExpectError:     acctest.Error("Customer Key Over Plain HTTP", "https://"),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			refused(byValue),
			refused(byItsName),
			{ // SSE-COS is allowed, and reaches the same server
				PreConfig:         acctest.Before(t, w.Sent()),
				Config:            block + w.Object("a", aes, `content = "x"`),
				ConfigVariables:   variables,
				ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 404", "PUT 200 AES256 1 bytes", "HEAD 200")},
			},
			{ // nor is an object read that already has a customer key
				Config:          acctest.Sensitive("a") + w.Provider("sse_customer_keys = { one = var.a }") + w.Object("a", byItsName, `content = "x"`),
				ConfigVariables: variables,
			},
			{
				PreConfig:       w.ResetRequests,
				Config:          block + w.Object("a", byItsName, `content = "x"`),
				ConfigVariables: variables,
				ExpectError:     acctest.Error("a customer key is not sent over http"),
			},
			{
				PreConfig:       acctest.Before(t, w.SentNoHeader("x-cos-server-side-encryption-customer-key")),
				Config:          acctest.Sensitive("a") + w.Provider("sse_customer_keys = { one = var.a }") + w.Object("a", byItsName, `content = "x"`),
				ConfigVariables: variables,
			},
		},
	})
}

func TestAccNoRegion(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	without := acctest.ProviderBlock("endpoint = "+acctest.Quote(w.URL()), "ca_certificate_file = "+acctest.Quote(w.CAFile()),
		"secret_id = "+acctest.Quote(w.SecretID()), "secret_key = "+acctest.Quote(w.SecretKey()))
	object := w.Object("a", aes, `content = "x"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys().OfState,
		Steps: []resource.TestStep{
			{
				Config:      without + object,
				PlanOnly:    true,
				ExpectError: acctest.Error("No Region", "TENCENTCLOUD_REGION"),
			},
			{
				PreConfig: acctest.Before(t, w.Sent()),
				Config:    w.Provider() + object,
			},
			{ // the object keeps the region in which it was created
				Config:           without + object,
				ConfigPlanChecks: unchanged,
			},
		},
	})
}

// A source may be written during the apply. If it is still missing then, the apply
// fails and nothing is written.
func TestAccSourceNotThereYet(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), t.TempDir()
	config := w.Provider() + w.Object("a", aes, "source = "+acctest.Quote(filepath.Join(dir, "later.txt")))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate,
					w.Says("Warning: Source Does Not Exist Yet", "later.txt")),
				ExpectError: acctest.Error("Unable to Create Encrypted Object", "there is no such file", "later.txt"),
			},
			{
				PreConfig: func() {
					acctest.Now(t, w.Sent())
					writeFile(t, dir, "later.txt", "hello")
				},
				Config: config,
			},
		},
	})
}
