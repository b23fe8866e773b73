package object

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// diagnose returns the diagnostics for the outcome of a write, none on success.
func diagnose(out store.Outcome, summary string, w store.Write) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case len(out.Wrong) > 0:
		diags.AddError(summary, fmt.Sprintf("COS did not store the object %s as declared:\n\n%s\n\n"+
			"Check the bucket's default encryption and policies, and any proxy or gateway between Terraform and COS.",
			w.Location, strings.Join(out.Wrong, "\n")))
	case out.Unverified:
		diags.AddWarning("Body Not Verified", fmt.Sprintf("COS returned no CRC64 of the object %s, neither for the write nor when it was read back. Its length and encryption are as declared. The bytes themselves are verified only if COS checked the Content-MD5 of the upload.", w.Location))
	case out.Unproved:
		diags.Append(tfdiag.Warning("Encrypted Object Not Verified", fmt.Sprintf("The object %s was written, and COS's response says that it is encrypted as declared, but it could not be read back to verify it. The next plan verifies it.", w.Location), out.Err))
	case nothingSent(out.Err):
		diags.Append(notWritten(summary, w, out.Err))
	case errors.Is(out.Err, cosclient.ErrAlreadyExists) && w.Prior == nil: // created since the first HEAD
		diags.AddError(objectExists, fmt.Sprintf("An object was created at %s after the address was found to be free. It was not overwritten. %s", w.Location, importHint(w.Location)))
	case errors.Is(out.Err, cosclient.ErrNotFound) && w.Prior != nil && w.From == nil: // a copy of the stored object
		diags.Append(tfdiag.Error(summary, fmt.Sprintf("The object %s has been deleted since it was last read, so nothing was written. Plan again to recreate it.", w.Old), out.Err))
	case out.Err != nil:
		diags.Append(tfdiag.Error(summary, fmt.Sprintf("The object %s could not be written.", w.Location), out.Err))
	}
	if out.LockUnproved != nil && len(out.Wrong) == 0 {
		diags.Append(tfdiag.Warning("Object Lock Not Verified", fmt.Sprintf("The object %s was written and COS accepted its lock, but the lock could not be read back to verify it.", w.Location), out.LockUnproved))
	}
	return diags
}

// nothingSent reports whether an error occurred before the write was sent.
func nothingSent(err error) bool {
	var uncertain *store.UncertainError
	var notKept *store.NotKeptError
	var locked *store.LockedError
	var tooMany *store.TooManyTagsError
	return errors.Is(err, store.ErrChangedSince) || errors.As(err, &uncertain) || errors.As(err, &locked) || errors.As(err, &notKept) || errors.As(err, &tooMany)
}

// notWritten explains why the write was not sent.
func notWritten(summary string, w store.Write, err error) diag.Diagnostic {
	var uncertain *store.UncertainError
	var notKept *store.NotKeptError
	var locked *store.LockedError
	var tooMany *store.TooManyTagsError
	switch {
	case errors.As(err, &tooMany):
		return tfdiag.Error(summary, fmt.Sprintf("The object %s would have too many tags, so nothing was written.", w.Old), err)
	case errors.Is(err, store.ErrChangedSince):
		return diag.NewErrorDiagnostic(summary, changedSince(w.Old))
	case errors.As(err, &locked):
		return diag.NewErrorDiagnostic(objectLocked, lockedText(w.Old, locked.Lock, time.Now())+" Nothing was sent.")
	case errors.As(err, &uncertain):
		return tfdiag.Error(summary, fmt.Sprintf("The object at %s could not be compared with the state, so it was not overwritten.", w.Old), uncertain.Err)
	case !errors.As(err, &notKept):
		return tfdiag.Error(summary, "Nothing was written.", err)
	case notKept.What == store.KeptTags:
		return tfdiag.Error(summary, fmt.Sprintf("The object %s has tags that writing it would remove, and they could not be read to preserve them. Nothing was written.", w.Old), notKept.Err)
	case notKept.Err == nil:
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf("The object %s has grants that only a separate ACL request can set, and writing the object would remove them. Nothing was written. Declare acl to replace the grants.", w.Old))
	case errors.Is(err, cosclient.ErrForbidden):
		return tfdiag.Error(summary, fmt.Sprintf("The ACL of the object %s may not be read. Writing the object would reset it to that of the bucket, so nothing was written. Allow the CAM action name/cos:GetObjectACL, or declare acl.", w.Old), notKept.Err)
	}
	return tfdiag.Error(summary, fmt.Sprintf("The ACL of the object %s could not be read. Writing the object would reset it, so nothing was written.", w.Old), notKept.Err)
}

func changedSince(loc cosclient.Location) string {
	return fmt.Sprintf("The object %s was changed by someone else since it was last read, so it was not overwritten. Plan again to see its current state.", loc)
}
