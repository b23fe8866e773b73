package cosmock

import (
	"encoding/xml"
	"net/http"
	"strings"
)

// mazPrefix is the prefix of the multi-AZ storage classes.
const mazPrefix = "MAZ_"

// bucketKind is the optional body of PUT Bucket.
type bucketKind struct {
	XMLName      xml.Name `xml:"CreateBucketConfiguration"`
	AZ           string   `xml:"BucketAZConfig"`
	Architecture string   `xml:"BucketArchConfig"`
}

// bucketKind returns the kind of bucket that a request creates. It refuses a
// bucket with metadata acceleration, which speaks another protocol.
func (x *exchange) bucketKind() (multiAZ bool, err error) {
	data, err := x.readBody()
	if err != nil || len(data) == 0 {
		return false, err
	}
	var kind bucketKind
	if xml.Unmarshal(data, &kind) != nil {
		return false, fail("MalformedXML")
	}
	if kind.Architecture != "" || kind.AZ != "" && kind.AZ != "MAZ" {
		return false, failf("InvalidArgument", "This server makes no buckets of that kind.")
	}
	return kind.AZ == "MAZ", nil
}

// mayCopyClass enforces Undocumented.MultiAZStrict: a copy of a multi-AZ object
// keeps its storage class.
func (x *exchange) mayCopyClass(source, copied *version) error {
	if x.undocumented.MultiAZStrict && strings.HasPrefix(source.class, mazPrefix) && copied.class != source.class {
		return &apiError{status: http.StatusBadRequest, code: "InvalidArgument", message: "An object in several availability zones keeps its storage class."}
	}
	return nil
}
