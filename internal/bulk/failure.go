package bulk

import (
	"errors"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// FailureOf sorts an error of the work on an object.
func FailureOf(err error) Result {
	failed := func(reason Reason, hopeless bool) Result {
		return Result{Kind: Failed, Reason: reason, Err: err, Hopeless: hopeless, Fatal: befallsAll(err)}
	}
	var notKept *store.NotKeptError
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return Result{Kind: Gone}
	case errors.Is(err, cosclient.ErrPreconditionFailed), errors.Is(err, store.ErrChangedSince):
		return failed(Changed, false)
	case errors.Is(err, cosclient.ErrAlreadyExists):
		return failed(Exists, true)
	case errors.Is(err, cosclient.ErrObjectLocked):
		return failed(Locked, true)
	case errors.Is(err, cosclient.ErrInvalidObjectState):
		return failed(Archived, true)
	case errors.Is(err, cosclient.ErrForbidden):
		return failed(Denied, true)
	case errors.As(err, &notKept) && notKept.Err == nil:
		return failed(Other, true) // its ACL cannot be sent with a copy
	}
	return failed(Other, refusedForGood(err))
}

// refusedForGood reports whether the same request would be refused again.
func refusedForGood(err error) bool {
	var refused *cosclient.Error
	return errors.As(err, &refused) && refused.Status >= 400 && refused.Status < 500 &&
		refused.Status != http.StatusConflict && refused.Status != http.StatusTooManyRequests && refused.Status != http.StatusRequestTimeout
}

// befallsAll reports whether an error would affect every other object as well.
func befallsAll(err error) bool {
	for _, all := range []error{
		cosclient.ErrSignature, cosclient.ErrExpiredToken, cosclient.ErrExpiredSignature, cosclient.ErrClockSkew,
		cosclient.ErrNoSuchBucket, cosclient.ErrWrongRegion, cosclient.ErrUnavailable, cosclient.ErrPathStyle, cosclient.ErrUnreachable,
		cosclient.ErrNoCredentials,
	} {
		if errors.Is(err, all) {
			return true
		}
	}
	return false
}

// Advice says what to do about the objects of a reason; "" is nothing.
func Advice(f Failure) string {
	switch f.Reason {
	case Archived:
		return "Restore them first, with the action cos_restore_objects; a restored object is copied, and stays in its class."
	case Locked:
		return "They can be written once the lock has ended."
	case Changed:
		return "Somebody wrote them meanwhile, so that nothing was overwritten. Run the action again."
	case CustomerUnknown:
		return "They are under customer keys that the provider's sse_customer_keys do not have: add the old keys, under any name."
	case Exists:
		return "There are other objects at the target: set overwrite = true to replace them, or choose another prefix."
	case TierNotOffered:
		return "Set another tier. DEEP_ARCHIVE is restored by Standard and Bulk."
	case Unaddressable:
		return "A URL would turn their keys into others. Copy them to other keys with a tool that does not."
	case AppendOrSymlink:
		return "Copy them by hand, if they may become ordinary objects."
	case Denied:
		var refused *cosclient.Error
		if errors.As(f.Err, &refused) {
			return "Grant the CAM action " + refused.Needs() + "."
		}
	}
	return ""
}
