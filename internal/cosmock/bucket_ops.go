package cosmock

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
)

// headBucket implements HEAD Bucket.
func (x *exchange) headBucket() error {
	x.header().Set("X-Cos-Bucket-Region", x.bucket.region)
	if x.bucket.multiAZ {
		x.header().Set("X-Cos-Bucket-Az-Type", "MAZ")
	}
	if x.bucket.accelerated {
		x.header().Set("X-Cos-Bucket-Arch", "OFS")
	}
	return x.empty(http.StatusOK)
}

// putBucket implements PUT Bucket.
func (x *exchange) putBucket() error {
	name, region := x.address.bucket, x.address.region
	if x.bucket != nil {
		return fail("BucketAlreadyOwnedByYou")
	}
	if !bucketPattern.MatchString(name) {
		return fail("InvalidBucketName")
	}
	list, _, err := x.headerACL(true)
	if err != nil {
		return err
	}
	multiAZ, err := x.bucketKind()
	if err != nil {
		return err
	}
	if region == "" {
		region = x.server.opts.Region
	}
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	if x.server.buckets[name] != nil {
		return fail("BucketAlreadyOwnedByYou")
	}
	b := newBucket(name, region, x.server.now())
	b.acl, b.multiAZ = list, multiAZ
	x.server.buckets[name] = b
	return x.empty(http.StatusOK)
}

// deleteBucket implements DELETE Bucket.
func (x *exchange) deleteBucket() error {
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	x.bucket.mu.RLock()
	defer x.bucket.mu.RUnlock()
	if len(x.bucket.index.entries) > 0 || len(x.bucket.uploads) > 0 {
		return fail("BucketNotEmpty")
	}
	delete(x.server.buckets, x.bucket.name)
	return x.empty(http.StatusNoContent)
}

// getLocation implements GET Bucket location.
func (x *exchange) getLocation() error {
	return x.xml(struct {
		XMLName xml.Name `xml:"LocationConstraint"`
		Region  string   `xml:",chardata"`
	}{Region: x.bucket.region})
}

type bucketXML struct {
	Name         string `xml:"Name"`
	Location     string `xml:"Location"`
	CreationDate string `xml:"CreationDate"`
	BucketType   string `xml:"BucketType"`
}

// getService implements GET Service (List Buckets).
func (x *exchange) getService() error {
	result := struct {
		XMLName xml.Name    `xml:"ListAllMyBucketsResult"`
		Owner   ownerXML    `xml:"Owner"`
		Buckets []bucketXML `xml:"Buckets>Bucket"`
	}{Owner: owner()}
	x.server.mu.RLock()
	for _, b := range x.server.buckets {
		if x.address.region == "" || x.address.region == b.region {
			result.Buckets = append(result.Buckets,
				bucketXML{b.name, b.region, b.created.UTC().Format("2006-01-02T15:04:05Z"), "cos"})
		}
	}
	x.server.mu.RUnlock()
	slices.SortFunc(result.Buckets, func(a, b bucketXML) int { return strings.Compare(a.Name, b.Name) })
	return x.xml(result)
}
