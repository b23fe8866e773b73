package directory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An object with the bytes of a file may be one that COS cannot copy: an archived
// one (in intelligent tiering, only its tier says so), or one in several availability zones that is to change its class. Its body
// is uploaded instead, and the object keeps its class, tags and ACL.
func TestIdenticalObjectThatCannotBeCopied(t *testing.T) {
	t.Parallel()
	const upload, rewrite = "PUT 200 AES256 15 bytes", "PUT copy 200 AES256"
	for name, c := range map[string]struct{ class, tier, declared, becomes, sent string }{
		"archived":                       {"ARCHIVE", "", "", "ARCHIVE", upload},
		"archived, to another class":     {"DEEP_ARCHIVE", "", "STANDARD", "STANDARD", upload},
		"in an archive tier":             {"INTELLIGENT_TIERING", "ARCHIVE_ACCESS", "", "INTELLIGENT_TIERING", upload},
		"several zones, another class":   {"MAZ_STANDARD", "", "STANDARD", "STANDARD", upload},
		"several zones, the same class":  {"MAZ_STANDARD", "", "MAZ_STANDARD", "MAZ_STANDARD", rewrite},
		"not archived, to another class": {"STANDARD_IA", "", "STANDARD", "STANDARD", rewrite},
	} {
		for when, existing := range map[string]string{"adopted": "adopt_identical", "overwritten": "overwrite", "ours": ""} {
			t.Run(name+", "+when, func(t *testing.T) {
				t.Parallel()
				w, s, d := fresh(t, "a.js")
				more := args{}
				if c.declared != "" {
					more["storage_class"] = c.declared
				}
				if existing == "" { // somebody has rewritten an object of ours
					must(t, d.apply(s.args(w, more)))
				} else {
					more["existing"] = existing
				}
				if err := w.PutObject(w.Bucket(), "site/a.js", cosmock.NewObject{Body: strings.NewReader("content of a.js"), Class: c.class, Tier: c.tier, Tags: map[string]string{"team": "web"}, ACL: "private"}); err != nil {
					t.Fatal(err)
				}
				w.ResetRequests()
				must(t, d.apply(s.args(w, more)))
				var sent []string
				for _, r := range w.Requests() {
					if r.Method == "PUT" {
						sent = append(sent, acctest.Call(r))
					}
				}
				o, _ := w.Stored("site/a.js")
				got := []any{sent, o.Mode, o.Class, o.Tags, o.OwnACL}
				if diff := cmp.Diff([]any{[]string{c.sent}, sse.ModeAES256, c.becomes, map[string]string{"team": "web"}, true}, got); diff != "" {
					t.Errorf("requests, encryption, class, tags, ACL (-want +got):\n%s", diff)
				}
				d.mustNoop(s.args(w, more))
			})
		}
	}
}

// A lifecycle rule archives an object between plan and apply.
func TestObjectIsArchivedMeanwhile(t *testing.T) {
	t.Parallel()
	at := time.Now()
	w := acctest.New(t, func(o *cosmock.Options) { o.Now = func() time.Time { return at } }) // archiving keeps the time of the object
	s, d := newSite(t, "a.js"), drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	more := args{"rules": []args{{"match": "**", "cache_control": "no-store"}}}
	must(t, d.apply(s.args(w, more), func() {
		if err := w.PutObject(w.Bucket(), "site/a.js", cosmock.NewObject{Body: strings.NewReader("content of a.js"), Mode: sse.ModeAES256, Class: "ARCHIVE"}); err != nil {
			t.Fatal(err)
		}
	}))
	if o, _ := w.Stored("site/a.js"); o.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("stored with %v in %s", o.Header, o.Class)
	}
}
