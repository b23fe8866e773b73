package functions

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// Parameters shared by several functions.
var (
	bucketParameter = function.StringParameter{
		Name:                "bucket",
		Description:         "Bucket, as name-appid, such as examplebucket-1250000000.",
		MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`.",
	}
	keyParameter = function.StringParameter{
		Name:                "key",
		Description:         "Key of the object, verbatim.",
		MarkdownDescription: "Key of the object, verbatim: 1 to 850 bytes, not escaped.",
	}
)

// checkBucket, checkRegion and checkKey return an error for an argument that COS
// cannot have, and nil otherwise.
func checkBucket(argument int64, bucket string) *function.FuncError {
	return locationError(argument, cosclient.ValidateBucket("ap-guangzhou", bucket))
}

func checkRegion(argument int64, region string) *function.FuncError {
	if !cosclient.IsRegionShaped(region) {
		return invalid(argument, fmt.Sprintf("%q is not the name of a region such as ap-guangzhou", region))
	}
	return nil
}

func checkKey(argument int64, key string) *function.FuncError {
	return locationError(argument, cosclient.ValidateKey(key))
}

func locationError(argument int64, err error) *function.FuncError {
	if err == nil {
		return nil
	}
	text := err.Error()
	if errors.Is(err, cosclient.ErrInvalidLocation) {
		text = strings.TrimPrefix(text, cosclient.ErrInvalidLocation.Error()+": ")
	}
	return invalid(argument, text)
}
