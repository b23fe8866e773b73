package bucketencryption_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Each write and each read of the resource is retried if the request fails or its
// response is lost.
func TestAccLostAnswers(t *testing.T) {
	t.Parallel()
	kinds := []cosmock.FaultKind{cosmock.FaultResetAfter, cosmock.FaultInternalErrorAfter, cosmock.FaultTruncate, cosmock.FaultUnavailable, cosmock.FaultConflictAfter}
	w, buckets := manyBuckets(t, len(kinds))
	arm := func() {
		for i, kind := range kinds {
			for _, method := range []string{"GET", "PUT", "DELETE"} {
				fault := cosmock.Fault{Match: cosmock.OnSubresource(method, "", "encryption"), Kind: kind}
				fault.Match.Bucket = &buckets[i]
				if err := w.Arm(fault); err != nil {
					t.Error(err)
				}
			}
		}
	}
	config, creates, updates := func(lines ...string) string {
		text := w.Provider()
		for i, kind := range kinds {
			text += "# " + string(kind) + "\n" + block(label(i), append(lines, "bucket = "+acctest.Quote(buckets[i]))...)
		}
		return text
	}, map[string]string{}, map[string]string{}
	for i := range kinds {
		creates["cos_bucket_encryption."+label(i)], updates["cos_bucket_encryption."+label(i)] = "create", "update"
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{PreConfig: arm, Config: config(aes), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(creates)}}},
		{PreConfig: arm, Config: config(kms, kmsKey1), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(updates)}}},
		{PreConfig: arm, Config: config(kms, kmsKey1), Destroy: true},
	}})
}

// A missing permission is named by its CAM action.
func TestAccMissingPermission(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	actions := []string{"GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption"}
	resourceName := "qcs::cos:" + w.Region() + ":uid/1250000000:" + w.Bucket() + "/*"
	allow := func(without string) func() {
		return func() {
			var list []string
			for _, a := range actions {
				if a != without {
					list = append(list, `"name/cos:`+a+`"`)
				}
			}
			policy := fmt.Sprintf(`{"version":"2.0","statement":[{"effect":"allow","action":[%s],"resource":[%q]}]}`, strings.Join(list, ","), resourceName)
			if err := w.SetPolicy(policy); err != nil {
				t.Error(err)
			}
		}
	}
	steps := []resource.TestStep{{PreConfig: allow(""), Config: w.Provider() + encryption(w, aes)}}
	for _, missing := range actions {
		steps = append(steps, resource.TestStep{
			PreConfig: allow(missing), Config: w.Provider() + encryption(w, sm4), Destroy: missing == "DeleteBucketEncryption",
			ExpectError: regexp.MustCompile(`(?s)name/cos:` + missing + `\s+on\s+` + regexp.QuoteMeta(resourceName)),
		})
	}
	// Nothing has changed, and the final destroy is allowed.
	steps = append(steps, resource.TestStep{PreConfig: allow(""), Config: w.Provider() + encryption(w, aes), PlanOnly: true})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// Changes become visible with a delay.
func TestAccLateChanges(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.BucketEncryptionLag = 300 * time.Millisecond })
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{Config: w.Provider() + encryption(w, aes)},
		{Config: w.Provider() + encryption(w, kms, kmsKey1)},
		{Config: w.Provider() + encryption(w, kms, kmsKey1), Destroy: true},
		{Config: w.Provider() + encryption(w, aes)},
	}})
}

// A resource that is renamed without a moved block is created and destroyed in
// one run. In either order, the default exists at the end or is planned again.
func TestAccRenamed(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	lines := []string{"bucket = " + acctest.Quote(w.Bucket()), aes}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{Config: w.Provider() + block("test", lines...)},
		{Config: w.Provider() + block("renamed", lines...)},
	}})
}

// A bucket's default neither changes what cos_encrypted_object stores nor shows
// as drift. A copy by another client that names no encryption is not encrypted.
func TestAccObjectsUnderADefault(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := w.Provider() + encryption(w, kms, kmsKey1) + w.Object("object", aes, `content = "hello"`, "depends_on = [cos_bucket_encryption.test]") + `
resource "cos_encrypted_object" "copy" {
  bucket                 = ` + acctest.Quote(w.Bucket()) + `
  key                    = "copy"
  server_side_encryption = "AES256"
  copy_source = {
    bucket = cos_encrypted_object.test.bucket
    key    = cos_encrypted_object.test.key
  }
}
`
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				client := w.SDK(t)
				if _, err := client.Object.Put(t.Context(), "upload", strings.NewReader("x"), nil); err != nil {
					t.Error(err)
				}
				if _, _, err := client.Object.Copy(t.Context(), "bare-copy", strings.TrimPrefix(client.BaseURL.BucketURL.String(), "https://")+"/upload", nil); err != nil {
					t.Error(err)
				}
				for key, want := range map[string]sse.Mode{"object": sse.ModeAES256, "copy": sse.ModeAES256, "upload": sse.ModeKMS, "bare-copy": sse.ModeNone} {
					if o, there := w.Stored(key); !there || o.Mode != want {
						t.Errorf("%s is under %q, want %q", key, o.Mode, want)
					}
				}
			},
			Config: config, PlanOnly: true,
		},
	}})
}
