package listing

import "time"

// Object is an entry of a listing, or an object as recorded in a state.
type Object struct {
	Key, ETag, StorageClass string // ETag without quotes
	Size                    int64
	LastModified            time.Time
}

// settled is the minimum time between an object's last change and a page that
// proves it. COS reports whole seconds, so an entry does not reveal further
// writes within the same second.
const settled = 2 * time.Second

// Is reports whether an entry proves that the object is unchanged. made is the
// time of the page by COS's clock. Everything the listing reports must be
// recorded and equal.
func (o Object) Is(entry Object, made time.Time) bool {
	return o.ETag != "" && !o.LastModified.IsZero() && !made.IsZero() &&
		o.Key == entry.Key && o.ETag == entry.ETag && o.Size == entry.Size && o.StorageClass == entry.StorageClass &&
		o.LastModified.Truncate(time.Second).Equal(entry.LastModified.Truncate(time.Second)) &&
		made.Sub(entry.LastModified) >= settled
}
