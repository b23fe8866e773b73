package object_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The guide on records works in a bucket with object lock: the declared objects are
// locked, cannot be changed, and cannot be destroyed.
func TestAccRetention(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.FromSlash("../../templates/guides/records.md"))
	must(t, err)
	published, err := os.ReadFile(filepath.FromSlash("../../docs/guides/records.md"))
	must(t, err)
	if string(text) != string(published) {
		t.Error("docs/guides is not what templates/guides has: run make generate")
	}
	var blocks []string
	for _, block := range hclBlock.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, block[1])
	}
	const (
		bucket, date               = "examplebucket-1250000000", "2036-12-31T00:00:00Z"
		invoice, evidence, exports = "invoices/2026/0001.xml", "case-17/mail.txt", "exports/monday.csv"
	)
	if len(blocks) != 4 || !strings.HasPrefix(blocks[0], `resource "cos_encrypted_object" "invoice"`) || !strings.HasPrefix(blocks[1], `resource "cos_encrypted_object" "evidence"`) || !strings.HasPrefix(blocks[2], `resource "cos_encrypted_directory" "exports"`) || !strings.HasPrefix(blocks[3], "removed") {
		t.Fatalf("the guide shows %q", blocks)
	}
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{bucket} })
	must(t, w.EnableObjectLock(bucket, 0))
	until := inHours(24) // the date in the guide will eventually have passed
	dir := t.TempDir()
	writeFile(t, dir, "exports/monday.csv", "1")
	folder := strings.ReplaceAll(strings.ReplaceAll(blocks[2], date, until), "${path.module}", filepath.ToSlash(dir))
	config := w.Provider() + strings.ReplaceAll(blocks[0], date, until) + blocks[1] + folder
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: acctest.Check(func() error {
					if o, _ := w.Stored(invoice); !o.RetainUntil.Equal(timeOf(t, until)) || o.LegalHold {
						t.Errorf("the invoice is retained until %v, held: %v", o.RetainUntil, o.LegalHold)
					}
					if o, _ := w.Stored(evidence); !o.RetainUntil.IsZero() || !o.LegalHold {
						t.Errorf("the evidence is retained until %v, held: %v", o.RetainUntil, o.LegalHold)
					}
					if o, _ := w.Stored(exports); !o.RetainUntil.Equal(timeOf(t, until)) {
						t.Errorf("the export is retained until %v", o.RetainUntil)
					}
					return nil
				}).OfState,
			},
			{Config: config, Destroy: true, ExpectError: acctest.Error("retained until "+until, "under a legal hold", "Nothing was sent", "removed block", `"exports/monday.csv" is locked`)},
			{ // no longer managed, but the objects still exist
				Config: w.Provider() + blocks[3] + strings.ReplaceAll(blocks[3], "cos_encrypted_object.invoice", "cos_encrypted_directory.exports") + blocks[1],
				Check:  w.HasKeys(evidence, exports, invoice).OfState,
			},
			{ // once the hold is lifted, the object can be changed and destroyed
				Config: w.Provider() + strings.NewReplacer("legal_hold = true", "legal_hold = false", "a@example.com", "b@example.com").Replace(blocks[1]),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("cos_encrypted_object.evidence", plancheck.ResourceActionUpdate),
				}},
			},
		},
	})
	acctest.Now(t, w.HasKeys(exports, invoice))
}
