package inspect

import (
	"context"
	"errors"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// ConfirmGone makes sure that a HEAD answered by 404 means the object and not
// the bucket: a HEAD response has no body that distinguishes them. It costs at most one
// request for each bucket and run. notFound is the error of the HEAD.
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

// explained reports a refusal that came with COS's own code, as only the body
// of an answer has it.
func explained(err error) bool {
	var refusal *cosclient.Error
	return errors.As(err, &refusal) && refusal.Code != ""
}
