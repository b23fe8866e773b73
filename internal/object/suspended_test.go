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
	for name, named := range map[string]bool{"not named": false, "named": true} {
		for what, changed := range map[string][]string{"upload": {`content = "HELLO"`}, "copy": {hello, `cache_control = "no-store"`}} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				w.Configure(func(u *cosmock.Undocumented) { u.SuspendedVersionID = named })
				must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
				must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningSuspended))
				ws := acctest.NewWorkspace(t)
				ws.Config(w.Provider(), w.Object("a", aes, hello))
				ws.Apply()
				ws.EmptyPlan()
				ws.Config(w.Provider(), w.Object("a", append(changed, aes)...))
				arm(t, w, "PUT", cosmock.FaultDropEncryption, 1)
				checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Unable to Update Encrypted Object", "found no encryption"})
				o, there := w.Stored("a")
				if !there {
					t.Fatal("there is no object any more")
				}
				if diff := cmp.Diff(o.ETag, ws.Attributes(testObject)["etag"]); diff != "" {
					t.Errorf("ETag in the state (-want +got):\n%s", diff)
				}
				ws.Apply()
				ws.EmptyPlan()
				if o, _ := w.Stored("a"); o.Mode != sse.ModeAES256 {
					t.Errorf("it is stored as %v", o)
				}
				ws.Destroy()
			})
		}
	}
}
