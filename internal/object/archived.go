package object

import (
	"fmt"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// warnArchived warns of an update that replaces an archived object: of an upload
// that the plan does not show, and of storage time that is billed although the
// object is gone.
func (o *outline) warnArchived(s situation) {
	prior := *s.prior
	if !isArchived(prior.StorageClass) || !o.writes() {
		return
	}
	class, early := prior.StorageClass.ValueString(), prior.billedFurther(s.now)
	if o.Move && o.config.DeletionPolicy.ValueString() == deleteNothing {
		early = "" // the object stays
	}
	switch {
	case o.config.leavesMultiAZClass(prior): // warnMultiAZ says so
	case o.Body == bodyNone && o.Fallback != bodyNone:
		text := fmt.Sprintf("The object %s is in the class %s. COS copies such an object only while it is restored. Otherwise its body is uploaded again.", prior.location(), class)
		if early == "" && prior.unversioned() { // when a lifecycle rule archived it is not known
			early = " Replacing an archived object before its minimum storage time may be billed."
		}
		o.diags.AddAttributeWarning(o.Fallback.path(), "Archived Object Is Uploaded Again", text+early)
	case o.Body != bodyNone && o.certain && early != "":
		o.diags.AddAttributeWarning(o.Body.path(), "Archived Object Is Replaced",
			fmt.Sprintf("The object %s is in the class %s.", prior.location(), class)+early+
				" If the body changes often, another storage_class may cost less.")
	}
}

// billedFurther says until when COS bills the object even if it is replaced or
// deleted. It returns "" if that time is over, as far as is known. In a bucket with
// versioning, the object stays as an earlier version.
func (m model) billedFurther(now time.Time) string {
	written, err := time.Parse(time.RFC3339, m.LastModified.ValueString())
	least := cosclient.MinimumStorage(m.StorageClass.ValueString())
	if err != nil || !m.unversioned() || !now.Before(written.Add(least)) {
		return ""
	}
	return fmt.Sprintf(" COS bills an object of this class for at least %d days, so this one is billed at least until %s.",
		least/(24*time.Hour), inspect.TimeText(written.Add(least)))
}

// unversioned reports whether a write replaces the object rather than adding a
// version.
func (m model) unversioned() bool { return inspect.VersionOf(m.VersionID.ValueString()) == "" }
