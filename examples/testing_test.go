package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

const (
	testingModule    = "testing/main.tf"
	testingTest      = "testing/report.tftest.hcl"
	testingMock      = "testing/mocks/cos.tfmock.hcl"
	testingWithAMock = "testing/terraform.tftest.hcl" // OpenTofu has no mock files
)

// A module that refers to computed attributes of the provider can be tested with
// mocks: the provider accepts the values of the tests and of the mock file.
//
// With our runner: terraform test runs the example.
func TestAccTestingExample(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	use(t, w, testingModule)
	use(t, w, testingTest)
	passed := "1 passed, 0 failed"
	if cliForModules(t).Product == tfcli.Terraform {
		use(t, w, testingWithAMock)
		w.Write("mocks/cos.tfmock.hcl", read(t, testingMock))
		passed = "2 passed, 0 failed"
	}
	if r := w.Run("test"); r.Code != 0 || !strings.Contains(r.Output(), passed) {
		t.Fatalf("test, which should say %q:\n%s", passed, r.Output())
	}
	if calls := world.Calls(); len(calls) > 0 {
		t.Errorf("requests: %q", calls)
	}
}

// Without a mock file, Terraform generates strings of eight letters and digits,
// which the provider accepts as a region. Those of OpenTofu have capitals, which no
// region has.
//
// With our runner: terraform test runs the example.
func TestAccMadeUpValues(t *testing.T) {
	t.Parallel()

	_, w := attached(t)
	w.Write("main.tf", `terraform {
  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}

resource "cos_encrypted_object" "a" {
  bucket                 = "examplebucket-1250000000"
  key                    = "a"
  content                = "x"
  server_side_encryption = "AES256"
}

resource "cos_encrypted_object" "b" {
  bucket                 = cos_encrypted_object.a.bucket
  key                    = "b"
  region                 = cos_encrypted_object.a.region
  content                = "x"
  content_type           = cos_encrypted_object.a.content_type
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = cos_encrypted_object.a.sse_kms_key_id
}

resource "cos_encrypted_object" "c" {
  bucket                 = cos_encrypted_object.a.bucket
  key                    = "c"
  server_side_encryption = "AES256"

  copy_source = {
    bucket     = cos_encrypted_object.a.bucket
    key        = cos_encrypted_object.a.key
    region     = cos_encrypted_object.a.region
    etag       = cos_encrypted_object.a.etag
    version_id = cos_encrypted_object.a.version_id
  }
}

output "url" {
  value = provider::cos::object_url(cos_encrypted_object.b.bucket, cos_encrypted_object.b.region, cos_encrypted_object.b.key)
}
`)
	w.Write("bare.tftest.hcl", `mock_provider "cos" {}

run "nothing_is_refused" {
  assert {
    condition     = cos_encrypted_object.b.region == cos_encrypted_object.a.region && length(cos_encrypted_object.a.region) == 8
    error_message = "The mock made up ${cos_encrypted_object.a.region}: the test does not prove what it is for."
  }
}
`)
	r := w.Run("test")
	if cliForModules(t).Product == tfcli.OpenTofu {
		if r.Code == 0 || !strings.Contains(r.Output(), "Invalid Region") {
			t.Errorf("the guide says that OpenTofu's values are refused:\n%s", r.Output())
		}
		return
	}
	if r.Code != 0 || !strings.Contains(r.Output(), "1 passed, 0 failed") {
		t.Fatalf("terraform test:\n%s", r.Output())
	}
}

// The guide shows exactly the files that these tests run.
func TestTestingGuide(t *testing.T) {
	t.Parallel()

	guide, err := os.ReadFile(filepath.FromSlash("../templates/guides/testing.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{testingModule, testingMock, testingTest, testingWithAMock, "modules/encrypted-object/tests/rotation.tftest.hcl"} {
		if !strings.Contains(string(guide), "```terraform\n"+read(t, file)+"```") {
			t.Errorf("the guide does not show %s as it is", file)
		}
	}
}
