package cosmock

import "net/http"

// maxBucketTags is the largest number of tags of a bucket ("PUT Bucket tagging").
const maxBucketTags = 50

// getBucketTagging implements GET Bucket tagging.
func (x *exchange) getBucketTagging() error {
	x.bucket.mu.RLock()
	tags := x.bucket.tags
	x.bucket.mu.RUnlock()
	if len(tags) == 0 {
		return fail("NoSuchTagSet")
	}
	return x.xml(tagging{Tags: tags})
}

// putBucketTagging implements PUT Bucket tagging. It replaces the whole tag set.
func (x *exchange) putBucketTagging() error {
	data, err := x.readBody()
	if err != nil {
		return err
	}
	limit := x.tagLimit()
	limit.tags = maxBucketTags
	tags, err := parseTags(data, limit)
	if err != nil {
		return err
	}
	return x.changeBucketTags(tags)
}

// deleteBucketTagging implements DELETE Bucket tagging.
func (x *exchange) deleteBucketTagging() error { return x.changeBucketTags(nil) }

func (x *exchange) changeBucketTags(tags []tag) error {
	x.bucket.mu.Lock()
	x.bucket.tags = tags
	x.bucket.mu.Unlock()
	return x.empty(http.StatusNoContent)
}
