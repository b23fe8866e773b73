package rawcos

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Loop sends requests for many objects, several objects at a time, and does nothing with the answers. What does the same
// work is compared with it.
type Loop struct {
	Parallel, Objects int
	Requests          func(i int) []Request // for an object, one after the other
}

// Run sends the requests. The first one that is refused ends it.
func (l Loop) Run(ctx context.Context, in Bucket) error {
	bucket, err := in.Open(l.Parallel)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(l.Parallel)
	for i := range l.Objects {
		group.Go(func() error {
			for _, r := range l.Requests(i) {
				if _, err := bucket.Succeed(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
