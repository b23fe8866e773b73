package object_test

import (
	"crypto/md5"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// encryptions lists the encryptions between which an object is rotated.
var encryptions = map[string]struct {
	argument string
	asked    string
	want     sse.Observed
}{
	"SSE-COS":   {`server_side_encryption = "AES256"`, "AES256", sse.Observed{Mode: sse.ModeAES256}},
	"KMS key 1": {`server_side_encryption = "cos/kms"` + "\n" + `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, "cos/kms", sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}},
	"KMS key 2": {`server_side_encryption = "cos/kms"` + "\n" + `sse_kms_key_id = "` + acctest.KMSKey2 + `"`, "cos/kms", sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2}},
	"SSE-C A":   {`sse_customer_key = "` + acctest.KeyA + `"`, "customer", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
	"SSE-C B":   {`sse_customer_key_name = "b"`, "customer", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}},
}

const keyring = `sse_customer_keys = { b = "` + acctest.KeyB + `" }`

// Rotations between every pair of encryptions, in both directions: COS makes one
// copy, no body is sent, and everything else about the object stays the same.
func TestAccRotation(t *testing.T) {
	t.Parallel()
	pairs := map[string][2]string{}
	for _, old := range slices.Sorted(maps.Keys(encryptions)) {
		for _, now := range slices.Sorted(maps.Keys(encryptions)) {
			if old != now {
				pairs[old+" to "+now] = [2]string{old, now}
			}
		}
	}
	c := newCases(t, pairs)
	config := func(which int) string {
		text := c.Provider(keyring)
		for name, pair := range pairs {
			text += c.object(name, "a.json", encryptions[pair[which]].argument, `content = "{}"`, `cache_control = "no-store"`,
				`metadata = { owner = "me" }`, `storage_class = "STANDARD_IA"`, `tags = { a = "b" }`, `acl = "private"`)
		}
		return text
	}
	actions := map[string]string{}
	var checks []statecheck.StateCheck
	for name, pair := range pairs {
		actions[c.address(name)] = "update"
		old, now := encryptions[pair[0]], encryptions[pair[1]]
		checks = append(checks,
			c.sent(name,
				headOf(old.asked), "GET ?tagging 200", "GET ?acl 200", // requests of the refresh
				"PUT copy 200 "+now.asked, headOf(now.asked)),
			c.holds(name, "a.json", "{}", now.want),
			named(name, func() error {
				o := c.stored(name, "a.json")
				return acctest.Differ("what the object has beside its encryption",
					[]any{"no-store", "application/json", "me", "STANDARD_IA", map[string]string{"a": "b"}, true},
					[]any{o.Header.Get("Cache-Control"), o.Header.Get("Content-Type"), o.Header.Get("X-Cos-Meta-Owner"), o.Class, o.Tags, o.OwnACL})
			}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config(0)},
			{
				PreConfig:         c.ResetRequests,
				Config:            config(1),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(actions)}},
				ConfigStateChecks: checks,
			},
		},
	})
}

// If the body changes as well, the rotation is one upload.
func TestAccRotationWithBody(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider(keyring) + w.Object("a", encryptions["SSE-C A"].argument, `content = "old"`)},
			{
				PreConfig: w.ResetRequests,
				Config:    w.Provider(keyring) + w.Object("a", encryptions["SSE-C B"].argument, `content = "new!"`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200 customer", "HEAD 200 customer", "GET ?acl 200", "PUT 200 customer 4 bytes", "HEAD 200 customer"),
					w.Holds("a", "new!", encryptions["SSE-C B"].want),
				},
			},
		},
	})
}

// The old key is taken from the state or the keyring. If it is in neither, the
// declared body is uploaded; without one the apply fails and names the missing key.
func TestAccRotationWithoutOldKey(t *testing.T) {
	t.Parallel()
	const renamed, body, lost = "in the keyring under another name", "lost, with a body", "lost, without a body"
	f := newFleet(t, map[string]bool{renamed: true, body: true, lost: true}, func(t *testing.T, _ string) *acctest.World { t.Helper(); return acctest.New(t) })
	rings := map[string]string{
		"both":  `sse_customer_keys = { a = "` + acctest.KeyA + `", b = "` + acctest.KeyB + `" }`,
		"other": `sse_customer_keys = { kept = "` + acctest.KeyA + `", b = "` + acctest.KeyB + `" }`,
		"lost":  `sse_customer_keys = { b = "` + acctest.KeyB + `" }`,
	}
	of := func(name, ring string, lines ...string) string {
		return f.of(name, f[name].Provider(rings[ring])+f[name].Object("a", lines...))
	}
	const content, underA, underB = `content = "body"`, `sse_customer_key_name = "a"`, `sse_customer_key_name = "b"`
	rotated := of(renamed, "other", underB) + of(body, "lost", underB, content)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		Steps: []resource.TestStep{
			{Config: of(renamed, "both", underA, content) + of(body, "both", underA, content) + of(lost, "both", underA, content)},
			{Config: of(renamed, "both", underA) + of(body, "both", underA, content) + of(lost, "both", underA)},
			{
				PreConfig: func() {
					for _, w := range f {
						w.ResetRequests()
					}
				},
				Config: rotated + of(lost, "both", underA),
				ConfigStateChecks: []statecheck.StateCheck{
					named(renamed, f[renamed].Sent("HEAD 200 customer", "GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer")),
					named(body, f[body].Wrote("PUT 200 customer 4 bytes")),
				},
			},
			{
				Config: rotated + of(lost, "lost", underB),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					acctest.Actions(map[string]string{f.address(renamed): "no-op", f.address(body): "no-op", f.address(lost): "update"}),
					f[lost].Says("Warning: ", acctest.KeyAMD5, "sse_customer_keys"),
				}},
				ExpectError: acctest.Error(acctest.KeyAMD5, "sse_customer_keys"),
			},
			{ // a missing key does not prevent deleting the object
				PreConfig: acctest.Before(t, f[lost].Holds("a", "body", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5})),
				Config:    rotated + of(lost, "lost", underB),
				Destroy:   true,
			},
		},
	})
	acctest.Now(t, f.each(func(_ string, w *acctest.World) acctest.Check { return w.HasKeys() })...)
}

// If the stored body cannot be copied, the declared body replaces it only if the
// plan is right about it. Otherwise nothing is sent: the CLI would reject the result
// after the body has been replaced.
func TestAccRotationWithoutOldKeyAndAnotherBody(t *testing.T) {
	t.Parallel()
	const before, after = `sse_customer_keys = { k = "` + acctest.KeyA + `" }`, `sse_customer_keys = { k = "` + acctest.KeyB + `" }`
	const named, archived = `sse_customer_key_name = "k"`, plain + "\n" + `storage_class = "ARCHIVE"`
	const short, long, next = `content_wo = "body"` + "\n" + `content_wo_version = 1`, `content_wo = "longer body"` + "\n" + `content_wo_version = 1`, `content_wo = "longer body"` + "\n" + `content_wo_version = 2`
	underA, underB := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}
	for name, tc := range map[string]struct {
		encryption        string
		first, then, next func(w *acctest.World) string
		was, is           sse.Observed
		says              string
	}{
		"content_wo, lost key":  {named, always(short), always(long), always(next), underA, underB, "change content_wo_version"},
		"content_wo, archived":  {archived, always(short), always(long), always(next), sse.Observed{Mode: sse.ModeAES256}, sse.Observed{Mode: sse.ModeAES256}, "change content_wo_version"},
		"copy_source, lost key": {named, copyOf(""), copyOf(""), copyOf(`etag = "` + fmt.Sprintf("%x", md5.Sum([]byte("longer body"))) + `"`), underA, underB, "change etag or version_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			store := func(body string) {
				must(t, w.PutObject(w.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeAES256}))
			}
			store("body")
			config := func(ring string, lines ...string) string {
				return w.Provider(ring) + w.Object("a", append(lines, tc.encryption)...)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{
					{Config: config(before, tc.first(w))},
					{
						PreConfig:   func() { store("longer body") },
						Config:      config(after, `cache_control = "no-store"`, tc.then(w)),
						ExpectError: acctest.Error("Body Changed Since It Was Planned", tc.says, "Nothing was changed"),
					},
					{
						PreConfig:         acctest.Before(t, w.Holds("a", "body", tc.was)),
						Config:            config(after, `cache_control = "no-store"`, tc.next(w)),
						ConfigStateChecks: []statecheck.StateCheck{w.Holds("a", "longer body", tc.is)},
					},
				},
			})
		})
	}
}

func always(line string) func(*acctest.World) string {
	return func(*acctest.World) string { return line }
}

// copyOf declares the object "source" of the same bucket as the source of a copy.
func copyOf(lines string) func(*acctest.World) string {
	return func(w *acctest.World) string {
		return "copy_source = {\nbucket = \"" + w.Bucket() + "\"\nkey = \"source\"\n" + lines + "\n}"
	}
}

// In a bucket with versioning, the previous version keeps its encryption. If it had
// none, the apply warns.
func TestAccEncryptingVersionedObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), "Enabled"))
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{}))
	config := w.Provider() + w.Object("a", `server_side_encryption = "AES256"`, `content = ""`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:             config,
				ImportState:        true,
				ImportStatePersist: true,
				ResourceName:       address,
				ImportStateId:      importID,
			},
			{
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{w.Says("Warning: Unencrypted Version Remains", "still stored without encryption")},
			},
		},
	})
}
