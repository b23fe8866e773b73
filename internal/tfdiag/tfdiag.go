// Package tfdiag converts errors to diagnostics that say what failed, where, what
// COS returned, and what to do next.
package tfdiag

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// Error returns an error diagnostic. The summary names the action ("Unable to
// Create Encrypted Object"), and the sentence says what was being done and where.
// The cause and the advice come from err, which never contains a raw response
// body.
func Error(summary, sentence string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary, Detail(sentence, err))
}

// Warning is like Error for problems that do not stop the run.
func Warning(summary, sentence string, err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic(summary, Detail(sentence, err))
}

// Detail joins the sentence, the cause and the advice. A cause that affects all
// objects of a run and was reported before takes only one more sentence.
func Detail(sentence string, err error) string {
	if again, repeated := cosclient.Repeated(err); repeated {
		return join(sentence, again)
	}
	parts := []string{sentence, "Cause: " + err.Error()}
	if advice := Advice(err); advice != "" {
		parts = append(parts, advice)
	}
	return strings.Join(parts, "\n\n")
}

// Advice returns what the user can do about an error of COS or the transport, or
// "" if there is nothing to add to the cause.
func Advice(err error) string {
	if errors.Is(err, cosclient.ErrOriginPull) {
		return originPull(err)
	}
	if advice := connection(err); advice != "" {
		return advice
	}
	for _, a := range advices {
		if errors.Is(err, a.is) && !errors.Is(err, cosclient.ErrWrongRegion) {
			return a.text
		}
	}
	if errors.Is(err, context.Canceled) {
		return "The run was interrupted. What had been written is described above; run it again to finish."
	}
	var refused *cosclient.Error
	var transport *cosclient.TransportError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &refused) && errors.Is(err, cosclient.ErrWrongRegion):
		return wrongRegion(refused)
	case errors.As(err, &refused) && errors.Is(err, cosclient.ErrNoSuchBucket):
		return noSuchBucket(refused)
	case errors.As(err, &refused) && foreign(refused):
		return notFromCOS(refused)
	case errors.As(err, &refused) && byCode[refused.Code] != nil:
		return byCode[refused.Code](refused)
	case errors.As(err, &refused) && errors.Is(err, cosclient.ErrForbidden):
		return forbidden(refused)
	case errors.As(err, &refused) && refused.Status >= http.StatusInternalServerError:
		return "The trouble is on the side of COS, and the retries did not outlast it: run again later, or raise max_retries. If it stays, Tencent Cloud's support asks for the request id."
	case errors.As(err, &certificate):
		return "The certificate of the endpoint is not one that this machine trusts. For a private certificate authority set ca_certificate_file; verification cannot be turned off."
	case errors.As(err, &transport):
		return "COS could not be reached, or did not answer: check the network, the region and the endpoint, and run again. More retries (max_retries) help with a connection that breaks now and then."
	}
	return ""
}

func wrongRegion(e *cosclient.Error) string {
	if e.BucketRegion == "" {
		return fmt.Sprintf("COS sends the request to another place, which is not followed: the bucket %s may not be in %s. Check region, and the endpoint of the provider.", e.Bucket, e.Region)
	}
	return fmt.Sprintf("The bucket %s is in %s, and was looked for in %s: set region = %q, for the object or in the provider block.", e.Bucket, e.BucketRegion, e.Region, e.BucketRegion)
}

// noSuchBucket names the region, which may come from a variable of the environment or a profile.
func noSuchBucket(e *cosclient.Error) string {
	return fmt.Sprintf("There is no such bucket in the region %s: check bucket (it is name-appid, such as examplebucket-1250000000) and region.", e.Region)
}

// originPull explains the effect of the bucket's origin-pull rule.
func originPull(err error) string {
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return "The object is not in the bucket. Origin-pull is on, so that COS answers for a missing object by its origin, which is not followed: nothing says how the origin's object is encrypted, and a redirect could lead a customer key elsewhere."
	case errors.Is(err, cosclient.ErrForbidden):
		return "The object is in the bucket, but COS refused the request, and an origin-pull rule of the bucket hides why: it may be a customer key (SSE-C) that is missing or another one. Limit the rule to the status 404."
	}
	advice := "Origin-pull is on, so that COS answers by its origin, both for a missing object and, if the rule says so, for one that may not be read. Limit the rule to the status 404"
	var refused *cosclient.Error
	if errors.As(err, &refused) {
		listing := *refused
		listing.Op, listing.Key = "GetBucket", ""
		advice += ", and grant the CAM action " + listing.Needs()
	}
	return advice + ": the listing tells whether the object is there."
}

func forbidden(e *cosclient.Error) string {
	if e.Code != "" && e.Code != "AccessDenied" {
		return unknownRefusal(e)
	}
	advice := fmt.Sprintf("The credentials may not be allowed to do this: grant the CAM action %s.", e.Needs())
	if e.Key == "" {
		return advice
	}
	return advice + " COS also answers 403 where an object needs a customer key."
}

var advices = []struct {
	is   error
	text string
}{
	{cosclient.ErrMetadataAcceleration, "COS supports neither the encryption of objects nor a default encryption in such a bucket, and metadata acceleration cannot be turned off: use a bucket that was created without it."},
	{cosclient.ErrSignatureToken, strayToken},
	{cosclient.ErrSignedHost, "COS does not accept the signature, which is made for the host in the endpoint. A CDN asks COS under another host, so that no signature fits: the endpoint must be a custom origin domain of the bucket, or a gateway that keeps the Host header. If it is, check secret_id and secret_key."},
	{cosclient.ErrNotAccelerated, "Global acceleration is off for this bucket: turn it on in the console, or choose another endpoint."},
	{cosclient.ErrNotServed, "An acceleration host serves the transfer of objects only. Name it in the endpoint, https://{bucket}.cos.accelerate.myqcloud.com, and the provider sends everything else to the regional host; a domain that leads to it will not do."},
	{cosclient.ErrSignature, "COS does not accept the signature: check secret_id and secret_key (or TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY). They must belong together, and the key must not be disabled."},
	{cosclient.ErrExpiredToken, "The temporary credentials have expired: get new ones and set secret_id, secret_key and security_token together."},
	{cosclient.ErrClockSkew, "The clock of this machine and that of COS differ by more than COS allows: set the clock."},
	{cosclient.ErrExpiredSignature, "The signature's time had passed when COS saw it: check the clock of this machine."},
	{cosclient.ErrKMSKeyNotExist, "KMS knows no such key in this region: check sse_kms_key_id, and that the key is in the region of the bucket."},
	{cosclient.ErrKMSKeyDisabled, "Enable the KMS key, or name another one in sse_kms_key_id. Objects under a disabled key cannot be read either."},
	{cosclient.ErrKMS, "COS could not use KMS: the KMS service must be enabled in this region, and the role COS_QcsRole with the policy QcloudKMSAccessForCOSRole must exist."},
	{cosclient.ErrCustomerKey, "The object is encrypted with a customer key (SSE-C), and the request had no key or another one."},
	{cosclient.ErrObjectLocked, "The object is under an object lock of its bucket: until its retention time is over, and its legal hold is off, it can neither be overwritten nor deleted, and its headers cannot change."},
	{cosclient.ErrNoObjectLock, "The bucket has no object lock, so that no object in it can be locked. Turn object lock on for the bucket, which cannot be turned off again, or omit retain_until and legal_hold. A bucket with versioning may not be able to have an object lock."},
	{cosclient.ErrInvalidLock, "COS does not accept the lock. A retention can be extended and never shortened, and it ends in the future: check retain_until, and the clock of this machine."},
	{cosclient.ErrInvalidObjectState, "The object is archived: restore it first, and move it to another storage class to change it."},
	{cosclient.ErrThrottled, "COS asked to slow down, again and again: run with a lower -parallelism, or raise max_retries."},
	{cosclient.ErrPathStyle, "COS refuses path-style addresses for this bucket: the endpoint needs the placeholder {bucket} in its host."},
	{cosclient.ErrUnavailable, outOfService},
	{cosclient.ErrAlreadyExists, "Somebody else created an object under this key in the meantime: plan again to see what is there now."},
	{cosclient.ErrPreconditionFailed, "The object was changed by someone else since it was last read: plan again to see what is there now."},
	{cosclient.ErrBodyChanged, "The file changed while it was uploaded: run again when whatever writes it has finished."},
	{cosclient.ErrCorrupted, "What COS received is not what was sent: run again; if it stays, look for a proxy that alters requests."},
	{cosclient.ErrInsecure, "Use an https:// endpoint: a customer key would cross the network in clear text."},
	{cosclient.ErrEcho, "A proxy or gateway between this machine and COS may write requests into its answers: look for one. What the request asked for may have happened: plan again to see what is there now. Treat the secrets of this request as seen by whatever gave the answer."},
	{cosclient.ErrIdleTimeout, "Nothing moved for the time of request_timeout: check the network and the endpoint, or raise request_timeout."},
}
