package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// While versioning is suspended, a write replaces the version "null", which the
// response may or may not name. Deleting that version after a failed verification
// would leave no object, so nothing is deleted, as without versioning.
//
// With our runner: the test inspects the state after a failed apply.
func TestAccEncryptionDroppedWhileSuspended(t *testing.T) {
	t.Parallel()
	table := map[string][]string{"upload": {`content = "HELLO"`}, "copy": {hello, `cache_control = "no-store"`}}
	for name, named := range map[string]bool{"not named": false, "named": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCases(t, table)
			c.Configure(func(u *cosmock.Undocumented) { u.SuspendedVersionID = named })
			before, after, errors := c.Provider(), c.Provider(), map[string][]string{}
			for what, changed := range table {
				must(t, c.SetVersioning(c.bucket(what), cosmock.VersioningEnabled))
				must(t, c.SetVersioning(c.bucket(what), cosmock.VersioningSuspended))
				before += c.object(what, "a", aes, hello)
				after += c.object(what, "a", append(changed, aes)...)
				errors[c.address(what)] = []string{"Unable to Update Encrypted Object", "found no encryption"}
			}
			ws := acctest.NewWorkspace(t)
			ws.Config(before)
			ws.Apply()
			ws.EmptyPlan()
			ws.Config(after)
			arm(t, c.World, "PUT", cosmock.FaultDropEncryption, len(table))
			r := ws.Fail("apply", "-auto-approve")
			checkReport(t, r, nil)
			acctest.Now(t, func() error { return wrongErrors(r.Output(), errors) })
			for what := range table {
				o := c.stored(what, "a")
				if o.ETag == "" {
					t.Fatalf("%s: there is no object any more", what)
				}
				if diff := cmp.Diff(o.ETag, ws.Attributes(c.address(what))["etag"]); diff != "" {
					t.Errorf("%s: ETag in the state (-want +got):\n%s", what, diff)
				}
			}
			ws.Apply()
			ws.EmptyPlan()
			for what := range table {
				if o := c.stored(what, "a"); o.Mode != sse.ModeAES256 {
					t.Errorf("%s: it is stored as %v", what, o)
				}
			}
			ws.Destroy()
		})
	}
}
