package tfdiag

import (
	"fmt"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

const (
	strayToken = "COS does not accept the key together with its session token: check secret_id, secret_key and security_token (or TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_SECURITY_TOKEN). " +
		"The three must come from the same session. A permanent key has no token: if security_token or TENCENTCLOUD_SECURITY_TOKEN is left over from another session, unset it."
	outOfService = "COS has taken the bucket or the account out of service, because of an overdue payment or because of what is stored there. No permission and no retry changes that: check the balance and the notices in the Tencent Cloud console."
	errorCodes   = "Tencent Cloud documents it on the page \"Error Codes\" of the COS API."
)

// byCode contains advice for error codes that only diagnostics need, so they have
// no sentinel error. Source: COS API documentation, "Error Codes".
var byCode = map[string]func(*cosclient.Error) string{
	"AttachmentFull": func(*cosclient.Error) string {
		return "The account has as many ACLs and bucket policies as COS allows (1,000), so that no object can get an ACL of its own. Leave acl out or set acl = \"default\" where the bucket's ACL is enough, or grant access by a CAM or bucket policy."
	},
	"PathConflict":             conflict,
	"UploadConflict":           conflict,
	"KeyTooLong":               tooLong,
	"NotSupportedStorageClass": storageClass,
	"InvalidStorageClass":      storageClass,
	"InvalidBucketName": func(e *cosclient.Error) string {
		return fmt.Sprintf("COS does not take %q for the name of a bucket: check bucket. It is name-appid, such as examplebucket-1250000000.", e.Bucket)
	},
	"InvalidRegionName": func(e *cosclient.Error) string {
		return fmt.Sprintf("COS does not know the region %q: check region, for the object or in the provider block. It is a name such as ap-guangzhou.", e.Region)
	},
	"EntityTooLarge": func(*cosclient.Error) string {
		return "The body is larger than COS stores in one request or object. Raise part_size of the provider if the object is uploaded in parts."
	},
	"UserNotSourceBucketOwner": otherOwner,
	"UserNotTargetBucketOwner": otherOwner,
	"MethodNotAllowed": func(*cosclient.Error) string {
		return "The endpoint does not take this operation: check endpoint. The hosts of static websites and of a CDN serve reads only."
	},
}

func conflict(e *cosclient.Error) string {
	return fmt.Sprintf("Others write %s at the same time, and the retries did not outlast it. Make sure that no other resource, workspace or program writes this key, and run again.", e.Location)
}

func tooLong(e *cosclient.Error) string {
	if cosclient.ValidateKey(e.Key) == nil { // COS uses the code for metadata too
		return fmt.Sprintf("The key of %s is short enough, so COS means the metadata: names and values of metadata may have 2 KB together. Shorten metadata.", e.Location)
	}
	return "COS allows 850 bytes for a key: shorten key."
}

func storageClass(e *cosclient.Error) string {
	return fmt.Sprintf("COS does not store objects of this storage class in the bucket %s: check storage_class. It is STANDARD, STANDARD_IA, INTELLIGENT_TIERING, ARCHIVE or DEEP_ARCHIVE; a bucket in several availability zones (MAZ) has classes that begin with MAZ_. Not every region has every class.", e.Bucket)
}

func otherOwner(*cosclient.Error) string {
	return "The bucket belongs to another account than the credentials: use the credentials of its owner."
}

// unknownRefusal returns advice for a 403 with an unknown code, which may be
// unrelated to permissions.
func unknownRefusal(e *cosclient.Error) string {
	return fmt.Sprintf("COS refuses this with the code %s, which the provider does not know. %s If permissions are the matter, grant the CAM action %s.", e.Code, errorCodes, e.Needs())
}

// foreign reports whether a response did not come from COS, whose responses
// always have a request ID.
func foreign(e *cosclient.Error) bool { return e.RequestID == "" && e.Code == "" }

func notFromCOS(e *cosclient.Error) string {
	const text = "The answer has neither a request id nor a code of COS, so something else gave it: a proxy, a gateway, or another server at the endpoint. "
	switch {
	case e.Status >= http.StatusInternalServerError, e.Status == http.StatusTooManyRequests:
		return text + "Check endpoint and the proxy settings, and run again later."
	case e.Status == http.StatusBadRequest:
		return text + "Check endpoint: this is also how a port for https answers to http."
	}
	return text + "Check endpoint and the proxy settings (HTTPS_PROXY, NO_PROXY)."
}
