package inspect

import (
	"context"
	"errors"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// ConfirmGone checks that a 404 to a HEAD means the object and not the bucket,
// which the response cannot tell because it has no body. It sends at most one
// request per bucket and run. notFound is the error of the HEAD.
func (i Inspector) ConfirmGone(ctx context.Context, loc cosclient.Location, notFound error) error {
	if explained(notFound) {
		return nil
	}
	return i.Buckets.Exists(loc.Region, loc.Bucket, func() error {
		err := i.Client.HeadBucket(ctx, loc.Region, loc.Bucket)
		switch {
		case err == nil, errors.Is(err, cosclient.ErrForbidden):
			return nil
		case errors.Is(err, cosclient.ErrNoSuchBucket):
			return err
		}
		why := i.Client.Explain(ctx, loc, cosclient.HeadInput{}, notFound)
		switch {
		case !explained(why):
			return err
		case errors.Is(why, cosclient.ErrNotFound):
			return nil
		}
		return why
	})
}

// explained reports whether an error has one of COS's codes, which only a
// response with a body contains.
func explained(err error) bool {
	var refusal *cosclient.Error
	return errors.As(err, &refusal) && refusal.Code != ""
}
