package reencrypt

import (
	"errors"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// failure sorts an error.
func failure(err error) bulk.Result {
	failed := func(reason bulk.Reason, hopeless bool) bulk.Result {
		return bulk.Result{Kind: bulk.Failed, Reason: reason, Err: err, Hopeless: hopeless, Fatal: befallsAll(err)}
	}
	var notKept *store.NotKeptError
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return bulk.Result{Kind: bulk.Gone}
	case errors.Is(err, cosclient.ErrPreconditionFailed), errors.Is(err, store.ErrChangedSince):
		return failed(bulk.Changed, false)
	case errors.Is(err, cosclient.ErrObjectLocked):
		return failed(bulk.Locked, true)
	case errors.Is(err, cosclient.ErrInvalidObjectState):
		return failed(bulk.Archived, true)
	case errors.Is(err, cosclient.ErrForbidden):
		return failed(bulk.Denied, true)
	case errors.As(err, &notKept) && notKept.Err == nil:
		return failed(bulk.Other, true) // its ACL cannot be sent with a copy
	}
	return failed(bulk.Other, refusedForGood(err))
}

// refusedForGood reports an answer that the same request would get again.
func refusedForGood(err error) bool {
	var refused *cosclient.Error
	return errors.As(err, &refused) && refused.Status >= 400 && refused.Status < 500 &&
		refused.Status != http.StatusConflict && refused.Status != http.StatusTooManyRequests && refused.Status != http.StatusRequestTimeout
}

// befallsAll reports an error that has nothing to do with the object: every
// other one would meet it as well.
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

// advice says what to do about the objects of a reason.
func advice(f bulk.Failure) string {
	switch f.Reason {
	case bulk.Archived:
		return "Restore them first; a restored object is copied, and stays in its class."
	case bulk.Locked:
		return "They can be written once the lock has ended."
	case bulk.Changed:
		return "Somebody wrote them meanwhile, so that nothing was overwritten. Run the action again."
	case bulk.CustomerUnknown:
		return "They are under customer keys that the provider's sse_customer_keys do not have: add the old keys, under any name."
	case bulk.Unaddressable:
		return "A URL would turn their keys into others. Copy them to other keys with a tool that does not."
	case bulk.AppendOrSymlink:
		return "Copy them by hand, if they may become ordinary objects."
	case bulk.Denied:
		var refused *cosclient.Error
		if errors.As(f.Err, &refused) {
			return "Grant the CAM action " + refused.Needs() + "."
		}
	}
	return ""
}
