package object_test

import (
	"crypto/md5"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const plain = `server_side_encryption = "AES256"`

// If the new key of a renamed object is occupied, the plan warns, and nothing is
// overwritten or lost.
func TestAccRenameOntoOccupiedKey(t *testing.T) {
	t.Parallel()
	occupied := map[string]cosmock.NewObject{
		"a plain object":   {Mode: sse.ModeNone},
		"somebody's SSE-C": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
	}
	table := maps.Clone(occupied)
	table["nothing"] = cosmock.NewObject{}
	c := newCases(t, table)
	config := func(key string, more ...string) string {
		text := c.Provider()
		for name := range table {
			text += c.object(name, key, append(more, plain, `content = "mine"`)...)
		}
		return text
	}
	var keys, moved []acctest.Check
	warns := []string{"Warning: Target Address Not Free"}
	for name := range table {
		want := []string{"b"}
		if _, ok := occupied[name]; ok {
			want = []string{"a", "b"}
			warns = append(warns, "will be moved to cos://"+c.bucket(name)+"/b, where an object already exists")
		}
		keys = append(keys, named(name, func() error { return acctest.Differ("keys", want, c.Keys(c.bucket(name))) }))
		moved = append(moved, named(name, func() error { return acctest.Differ("keys", []string{"b"}, c.Keys(c.bucket(name))) }),
			c.holds(name, "b", "mine", sse.Observed{Mode: sse.ModeAES256}))
	}
	fails := func(says ...string) func() {
		return acctest.Before(t, append(keys, c.SaysTimes(len(occupied), "Error: Unable to Move Encrypted Object", says...))...)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config("a")},
			{
				PreConfig: func() {
					for name, object := range occupied {
						object.Body = strings.NewReader("foreign")
						must(t, c.PutObject(c.bucket(name), "b", object))
					}
				},
				Config:           config("b"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{c.Says(warns...)}},
				ExpectError:      acctest.Error("Unable to Move Encrypted Object", "never overwrites"),
			},
			{ // overwrite applies to creates only, not to moves
				PreConfig:   fails("never overwrites"),
				Config:      config("b", `overwrite = true`),
				ExpectError: acctest.Error("Unable to Move Encrypted Object"),
			},
			{
				PreConfig: func() {
					fails()()
					for name := range occupied {
						must(t, c.DeleteObject(c.bucket(name), "b"))
					}
				},
				Config:            config("b"),
				ConfigStateChecks: asStateChecks(moved),
			},
		},
	})
}

// replacedBy returns a resource whose revision replaces any resource that has
// replaceTriggered in its lifecycle block.
func replacedBy(revision int) string {
	return fmt.Sprintf("resource \"terraform_data\" \"revision\" {\n  input = %d\n}\n", revision)
}

const replaceTriggered = "replace_triggered_by = [terraform_data.revision]"

// create_before_destroy with an unchanged key: without overwrite the create fails;
// with it, deleting the old object must not delete the new one.
func TestAccCreateBeforeDestroyOnSameKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(revision int, lines ...string) string {
		return w.Provider() + replacedBy(revision) +
			w.Object("a", append(lines, plain, `content = "mine"`, "lifecycle {\n    create_before_destroy = true\n    "+replaceTriggered+"\n  }")...)
	}
	replaced := planned(plancheck.ResourceActionCreateBeforeDestroy)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config(1)},
			{
				Config:           config(2),
				ConfigPlanChecks: replaced,
				ExpectError:      acctest.Error("Object Exists Already", "in a resource that depends on this one"),
			},
			{Config: config(2), ConfigPlanChecks: unchanged},
			{Config: config(2, `overwrite = true`)},
			{
				Config:            config(3, `overwrite = true`),
				ConfigPlanChecks:  replaced,
				ConfigStateChecks: []statecheck.StateCheck{w.Says("Warning: Object Not Deleted"), w.Body("a", "mine")},
			},
		},
	})
	acctest.Now(t, w.HasKeys())
}

// With overwrite, an object is deleted only while it is still the recorded one.
func TestAccDestroyForeignObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			Config: w.Provider() + w.Object("a", plain, `content = "mine"`, `overwrite = true`),
			PostApplyFunc: func() {
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}))
			},
		}},
	}) // which ends with a destroy without a refresh
	acctest.Now(t, w.Says("Warning: Object Not Deleted"), w.Body("a", "theirs"))
}

func TestAccDeletionPolicy(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		versioning, policy string
		visible            bool
		versions           int
	}{
		"default":                      {"", "", false, 0},
		"delete":                       {"", `deletion_policy = "delete"`, false, 0},
		"abandon":                      {"", `deletion_policy = "abandon"`, true, 1},
		"all versions, none kept":      {"", `deletion_policy = "delete_all_versions"`, false, 0},
		"delete, with versions":        {"Enabled", `deletion_policy = "delete"`, false, 3},
		"abandon, with versions":       {"Enabled", `deletion_policy = "abandon"`, true, 2},
		"all versions, with versions":  {"Enabled", `deletion_policy = "delete_all_versions"`, false, 0},
		"its version, none kept":       {"", `deletion_policy = "delete_version"`, false, 0},
		"its version, with versions":   {"Enabled", `deletion_policy = "delete_version"`, true, 1},
		"its version, suspended":       {"Suspended", `deletion_policy = "delete_version"`, false, 0},
		"delete, versioning suspended": {"Suspended", `deletion_policy = "delete"`, false, 1},
		"all versions, suspended":      {"Suspended", `deletion_policy = "delete_all_versions"`, false, 0},
	}
	c := newCases(t, table)
	neighbours := []string{"a", "a.t", "a.txt/b", "a.txt2"}
	config := func(content string) string {
		text := c.Provider()
		for name, tc := range table {
			text += c.object(name, "a.txt", plain, "content = "+acctest.Quote(content), tc.policy)
		}
		return text
	}
	for name, tc := range table {
		if tc.versioning != "" {
			must(t, c.SetVersioning(c.bucket(name), tc.versioning))
		}
		for _, neighbour := range neighbours {
			must(t, c.PutObject(c.bucket(name), neighbour, cosmock.NewObject{}))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config("1")},
			{Config: config("2")},
			{Config: config("2"), Destroy: true},
		},
	})
	for name, tc := range table {
		want := neighbours
		if tc.visible {
			want = []string{"a", "a.t", "a.txt", "a.txt/b", "a.txt2"}
		}
		acctest.Now(t, named(name, func() error { return acctest.Differ("keys", want, c.Keys(c.bucket(name))) }),
			named(name, func() error {
				return acctest.Differ("versions that are left", tc.versions, c.VersionsIn(t, c.bucket(name), "a.txt"))
			}))
	}
}

// A destroy uses the deletion policy in the state, so a change takes effect once it
// is applied. Applying it sends nothing.
func TestAccDeletionPolicyOfState(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	const empty = `content = ""`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, empty)},
			{
				PreConfig:         w.ResetRequests,
				Config:            w.Provider() + w.Object("a", plain, empty, `deletion_policy = "abandon"`, `overwrite = true`),
				ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 200")},
			},
			{
				Config:  w.Provider() + w.Object("a", plain, empty, `deletion_policy = "delete"`),
				Destroy: true,
			},
		},
	})
	acctest.Now(t, w.HasKeys("a"))
}

func TestAccObjectLock(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(content string) string {
		return w.Provider() + w.Object("a", plain, "content = "+acctest.Quote(content))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config("1")},
			{
				PreConfig:   func() { must(t, w.LockObject(w.Bucket(), "a", time.Now().Add(time.Hour))) },
				Config:      config("1"),
				Destroy:     true,
				ExpectError: acctest.Error("is retained until", "Nothing was sent"),
			},
			{
				Config:      config("2"),
				ExpectError: acctest.Error("Object Locked", "is retained until", "Nothing was sent"),
			},
			{
				PreConfig: func() { must(t, w.LockObject(w.Bucket(), "a", time.Time{})) },
				Config:    config("2"),
			},
		},
	})
}

// version_id is correct after every operation.
func TestAccVersionID(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	versioning := func(status string) func() {
		return func() { must(t, w.SetVersioning(w.Bucket(), status)) }
	}
	step := func(before func(), lines ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig: before,
			Config:    w.Provider() + w.Object("a", append(lines, plain)...),
			ConfigStateChecks: []statecheck.StateCheck{acctest.StateThat(address, func(state map[string]any) error {
				stored, ok := w.Stored("a")
				got, _ := state["version_id"].(string)
				if want := strings.Replace(stored.VersionID, "null", "", 1); !ok || got != want && got != stored.VersionID {
					return fmt.Errorf("version_id is %q, stored is %q, %v", got, stored.VersionID, ok)
				}
				return nil
			})},
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			step(nil, `content = "1"`),
			step(versioning("Enabled"), `content = "2"`),
			step(nil, `content = "2"`, `cache_control = "no-store"`),                       // a copy
			step(nil, `content = "2"`, `cache_control = "no-store"`, `tags = { a = "b" }`), // tags only
			step(versioning("Suspended"), `content = "3"`, `tags = { a = "b" }`),
			step(nil, `content = "3"`), // a copy
		},
	})
}

// A resource renamed without a moved block is created and destroyed in the same
// run, with the same key. The new object stays.
func TestAccRenamedResource(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, `content = "old"`)},
			{
				PreConfig: func() {
					must(t, w.Arm(cosmock.Fault{Match: cosmock.On("DELETE", "a"), Times: 1, Kind: cosmock.FaultDelay, Delay: time.Second}))
				},
				Config:            w.Provider() + strings.Replace(w.Object("a", plain, `content = "new"`, `overwrite = true`), `"test"`, `"renamed"`, 1),
				ConfigStateChecks: []statecheck.StateCheck{w.HasKeys("a")},
			},
		},
	})
}

// Undoing a write while versioning is suspended restores the previous object.
func TestAccUndoWhileSuspended(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), "Enabled"))
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}))
	must(t, w.SetVersioning(w.Bucket(), "Suspended"))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			PreConfig:   func() { arm(t, w, "PUT", cosmock.FaultDropEncryption, 1) },
			Config:      w.Provider() + w.Object("a", plain, `content = "mine"`, `overwrite = true`),
			ExpectError: acctest.Error("Unable to Create Encrypted Object"),
		}},
	})
	acctest.Now(t, w.Body("a", "theirs"))
}

// delete_version deletes exactly the last version that this resource wrote. The
// version below becomes current again and a newer one stays, whoever wrote them.
func TestAccDeleteVersion(t *testing.T) {
	t.Parallel()
	theirs := func(text string) cosmock.NewObject { return cosmock.NewObject{Body: strings.NewReader(text)} }
	table := map[string]struct {
		versioning    string
		before, after string // other versions, "" for none
		current       string // the remaining current body, "" for none
		versions      int
	}{
		"theirs beneath":            {versioning: "Enabled", before: "before", current: "before", versions: 1},
		"theirs on top":             {versioning: "Enabled", after: "after", current: "after", versions: 1},
		"theirs around it":          {versioning: "Enabled", before: "before", after: "after", current: "after", versions: 2},
		"suspended, theirs beneath": {versioning: "Suspended", before: "before", current: "before", versions: 1},
		"not kept, theirs on top":   {after: "after", current: "after", versions: 1},
	}
	c := newCases(t, table)
	config := c.Provider()
	for name, tc := range table {
		if tc.versioning != "" {
			must(t, c.SetVersioning(c.bucket(name), "Enabled"))
		}
		if tc.before != "" {
			must(t, c.PutObject(c.bucket(name), "a", theirs(tc.before)))
		}
		if tc.versioning == "Suspended" {
			must(t, c.SetVersioning(c.bucket(name), tc.versioning))
		}
		config += c.object(name, "a", plain, hello, `deletion_policy = "delete_version"`, "overwrite = true")
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					for name, tc := range table {
						if tc.after != "" {
							must(t, c.PutObject(c.bucket(name), "a", theirs(tc.after)))
						}
					}
				},
				Config:  config,
				Destroy: true,
			},
		},
	})
	for name, tc := range table {
		acctest.Now(t, named(name, func() error {
			o, _ := c.Server.Object(c.bucket(name), "a")
			return acctest.Differ("length and ETag of the current one", fmt.Sprint(len(tc.current), " ", fmt.Sprintf("%x", md5.Sum([]byte(tc.current)))), fmt.Sprint(o.Size, " ", o.ETag))
		}), named(name, func() error {
			return acctest.Differ("versions that are left", tc.versions, c.VersionsIn(t, c.bucket(name), "a"))
		}))
	}
}
