package object_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/object"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// storedAttributes are the optional attributes that COS stores and returns, each
// with a declared value and its header.
var storedAttributes = map[string]struct{ declared, header string }{
	"content_type":           {`"text/html"`, "content-type"},
	"cache_control":          {`"no-store"`, "cache-control"},
	"content_disposition":    {`"inline"`, "content-disposition"},
	"content_encoding":       {`"br"`, "content-encoding"},
	"content_language":       {`"de"`, "content-language"},
	"expires":                {`"Wed, 21 Oct 2026 07:28:00 GMT"`, "expires"},
	"storage_class":          {`"STANDARD_IA"`, "x-cos-storage-class"},
	"metadata":               {`{ owner = "me" }`, "x-cos-meta-owner"},
	"tags":                   {`{ team = "red" }`, "x-cos-tagging"},
	"acl":                    {`"private"`, "x-cos-acl"},
	"server_side_encryption": {`"cos/kms"`, "x-cos-server-side-encryption"},
	"sse_kms_key_id":         {acctest.Quote(acctest.KMSKey1), "x-cos-server-side-encryption-cos-kms-key-id"},
	"content":                {`"hello"`, ""},
}

// otherAttributes are the optional attributes that this test skips, and why.
var otherAttributes = map[string]string{
	"region":                "an address: TestAccMove",
	"source":                "another way to the same body: TestAccSameBody",
	"source_hash":           "no part of the object: TestAccSourceHash",
	"content_base64":        "another way to the same body: TestAccSameBody",
	"text":                  "another way to the same body: TestAccText",
	"content_wo":            "write-only, so it is in no plan: TestAccWriteOnlyContent",
	"content_wo_version":    "no part of the object: TestAccWriteOnlyContent",
	"copy_source":           "another way to a body: TestAccCopySource",
	"sse_context":           "COS never tells it: TestAccImportWithContext",
	"sse_customer_key":      "excludes server_side_encryption: TestAccDrift",
	"sse_customer_key_wo":   "write-only, so it is in no plan: TestAccWriteOnlyKey",
	"sse_customer_key_name": "excludes server_side_encryption: TestAccDrift",
	"retain_until":          "nothing else of a retained object can change: TestRetentionOfAnObject, TestAccRetention",
	"legal_hold":            "nothing else of a held object can change: TestLegalHoldOfAnObject, TestAccRetention",
	"overwrite":             "no part of the object: TestAccOverwrite",
	"deletion_policy":       "no part of the object: TestAccDeletionPolicy",
}

// Every optional attribute is sent, read back, shown as drift and repaired. The
// test fails for an attribute that is in neither list.
func TestAccEveryAttribute(t *testing.T) {
	t.Parallel()
	var schema fwresource.SchemaResponse
	object.NewResource().Schema(context.Background(), fwresource.SchemaRequest{}, &schema)
	for name, attribute := range schema.Schema.GetAttributes() {
		_, stored := storedAttributes[name]
		_, other := otherAttributes[name]
		if attribute.IsOptional() && stored == other {
			t.Errorf("%s is optional, and neither tested here nor listed with the reason", name)
		}
	}
	w := acctest.New(t)
	var lines, sent []string
	for _, name := range slices.Sorted(maps.Keys(storedAttributes)) {
		lines = append(lines, name+" = "+storedAttributes[name].declared)
		if header := storedAttributes[name].header; header != "" {
			sent = append(sent, header)
		}
	}
	slices.Sort(sent)
	config := w.Provider() + w.Object("a", lines...)
	var asDeclared cosmock.Object
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: func(*terraform.State) error {
					asDeclared, _ = w.Stored("a")
					for _, r := range w.Requests() {
						if r.Method != http.MethodPut {
							continue
						}
						got := slices.DeleteFunc(slices.Clone(r.HeaderNames), func(name string) bool { return !slices.Contains(sent, name) })
						if diff := cmp.Diff(sent, got); diff != "" {
							t.Errorf("headers of the write (-want +got):\n%s", diff)
						}
					}
					return nil
				},
			},
			{ // everything sent is read back
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{ // somebody else has changed everything
				PreConfig: func() {
					must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256, Header: http.Header{"X-Cos-Meta-Owner": {"them"}}, ACL: "public-read", Tags: map[string]string{"team": "blue"}}))
				},
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{changesAll{}}},
				Check: func(*terraform.State) error {
					got, _ := w.Stored("a")
					if diff := cmp.Diff(told(asDeclared), told(got)); diff != "" {
						t.Errorf("the object is not as it was declared (-want +got):\n%s", diff)
					}
					return nil
				},
			},
			{
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

// told returns everything an object is stored with, in a comparable form.
func told(o cosmock.Object) map[string]any {
	return map[string]any{"header": o.Header, "class": o.Class, "tags": o.Tags, "acl": o.OwnACL, "public": o.PublicRead, "mode": o.Mode, "key": o.KMSKeyID, "crc64": o.CRC64}
}

// changesAll expects an update that changes each stored attribute.
type changesAll struct{}

func (changesAll) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, rc := range req.Plan.ResourceChanges {
		before, _ := rc.Change.Before.(map[string]any)
		after, _ := rc.Change.After.(map[string]any)
		if !rc.Change.Actions.Update() {
			resp.Error = fmt.Errorf("planned is %v, not an update", rc.Change.Actions)
			return
		}
		// The state contains the body as declared; its checksum shows the drift.
		for _, name := range append(slices.Collect(maps.Keys(storedAttributes)), "tags_all") {
			if name == "content" {
				name = "content_crc64"
			}
			if cmp.Equal(before[name], after[name]) {
				resp.Error = fmt.Errorf("the plan shows no change of %s", name)
				return
			}
		}
	}
}
