package cosmock

import (
	"encoding/xml"
	"net/http"
	"strings"
)

// mazPrefix begins the classes of objects in several availability zones.
const mazPrefix = "MAZ_"

// bucketKind is the body of PUT Bucket, which most requests do without.
type bucketKind struct {
	XMLName      xml.Name `xml:"CreateBucketConfiguration"`
	AZ           string   `xml:"BucketAZConfig"`
	Architecture string   `xml:"BucketArchConfig"`
}

// bucketKind reads which kind of bucket a request wants. One with metadata
// acceleration has another protocol; it is refused rather than made an
// ordinary one.
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

// mayCopyClass imposes on a copy what COS's pages say of multi-AZ objects: their
// class stays.
func (x *exchange) mayCopyClass(source, copied *version) error {
	if x.undocumented.MultiAZStrict && strings.HasPrefix(source.class, mazPrefix) && copied.class != source.class {
		return &apiError{status: http.StatusBadRequest, code: "InvalidArgument", message: "An object in several availability zones keeps its storage class."}
	}
	return nil
}
