package listing

import "time"

// Object is what a listing tells of an object, and what a state records of it.
type Object struct {
	Key, ETag, StorageClass string // ETag without quotes
	Size                    int64
	LastModified            time.Time
}

// settled is how long an object must have been left alone when its page is
// made. COS tells times in whole seconds: of what is written within the second
// of an entry, and after it, the entry says nothing.
const settled = 2 * time.Second

// Is reports whether an entry of a page that was made at a time of COS's clock
// proves that the object is the recorded one. Everything a listing tells has
// to be equal, and everything has to be recorded.
func (o Object) Is(entry Object, made time.Time) bool {
	return o.ETag != "" && !o.LastModified.IsZero() && !made.IsZero() &&
		o.Key == entry.Key && o.ETag == entry.ETag && o.Size == entry.Size && o.StorageClass == entry.StorageClass &&
		o.LastModified.Truncate(time.Second).Equal(entry.LastModified.Truncate(time.Second)) &&
		made.Sub(entry.LastModified) >= settled
}
