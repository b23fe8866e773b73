package objectread_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// TestMain unsets TF_CLI_CONFIG_FILE, so that the user's CLI configuration has no
// effect.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("TF_CLI_CONFIG_FILE"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestAccObjectDataSource(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	key, err := sse.ParseCustomerKey(acctest.KeyA)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeCustomer, CustomerKey: key, Tags: map[string]string{"team": "x"}, ACL: "public-read"}); err != nil {
		t.Fatal(err)
	}
	config := func(lines ...string) string {
		return w.Provider(`sse_customer_keys = { a = "`+acctest.KeyA+`" }`) +
			"data \"cos_encrypted_object\" \"test\" {\n  bucket = " + acctest.Quote(w.Bucket()) + "\n  key = \"a\"\n  " + strings.Join(lines, "\n  ") + "\n}\n"
	}
	value := func(name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.cos_encrypted_object.test", tfjsonpath.New(name), want)
	}
	text := knownvalue.StringExact
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(),
				ConfigStateChecks: []statecheck.StateCheck{
					value("sse_customer_key_name", text("a")), value("sse_customer_key_md5", knownvalue.NotNull()), value("content_length", knownvalue.Int64Exact(5)),
					value("storage_class", text("STANDARD")), value("body", knownvalue.Null()), value("tags", knownvalue.Null()), value("acl", knownvalue.Null()),
				},
			},
			{
				Config: config(`read_body = "text"`, `read_tags = true`, `read_acl = true`),
				ConfigStateChecks: []statecheck.StateCheck{
					value("body", text("hello")), value("body_base64", knownvalue.Null()), value("acl", text("public-read")),
					value("tags", knownvalue.MapExact(map[string]knownvalue.Check{"team": text("x")})),
				},
			},
			{Config: config(`read_body = "base64"`), ConfigStateChecks: []statecheck.StateCheck{value("body_base64", text("aGVsbG8=")), value("body", knownvalue.Null())}},
			{Config: config(`read_body = "text"`, `max_bytes = 4`), ExpectError: regexp.MustCompile(`at most 4 are read`)},
			{Config: config(`read_body = "yes"`), ExpectError: regexp.MustCompile(`is not valid: use text or base64`)},
			{Config: config(`read_acl = true`, `version_id = "v"`), ExpectError: regexp.MustCompile(`latest version only`)},
			{Config: config(`read_body = "text"`), PreConfig: func() {
				if err := w.Arm(cosmock.Fault{Match: cosmock.On("GET", "a"), Kind: cosmock.FaultWrongCRC, Times: -1}); err != nil {
					t.Error(err)
				}
			}, ExpectError: regexp.MustCompile(`CRC64 differs`)},
		},
	})
}
