package tfdiag_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

var object = cosclient.Location{Region: "ap-guangzhou", Bucket: "lab-1250000000", Key: "dir/a"}

// refusal returns an error response of COS.
func refusal(status int, code string) *cosclient.Error {
	return &cosclient.Error{Op: "PutObject", Location: object, Status: status, Code: code, Message: "message", RequestID: "NjA"}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	bucket := refusal(403, "AccessDenied")
	bucket.Op, bucket.Key = "GetBucket", ""
	expired := refusal(403, "AccessDenied")
	expired.Message = "Request has expired"
	inMessage := refusal(403, "AccessDenied")
	inMessage.Message = "SignatureDoesNotMatch"
	head := &cosclient.Error{Op: "HeadObject", Location: object, Status: 403, RequestID: "NjA"}
	for name, tc := range map[string]struct {
		err  error
		says string // "" if there is no advice
	}{
		"signature":               {refusal(403, "SignatureDoesNotMatch"), "TENCENTCLOUD_SECRET_KEY"},
		"signature, in a message": {inMessage, "TENCENTCLOUD_SECRET_KEY"},
		"secret id":               {refusal(403, "InvalidAccessKeyId"), "secret_id"},
		"acceleration is off":     {refusal(400, "BucketAccelerateNotEnabled"), "turn it on"},
		"not accelerated":         {refusal(400, "ActionAccelerateNotSupported"), "{bucket}.cos.accelerate.myqcloud.com"},
		"token":                   {refusal(400, "ExpiredToken"), "security_token"},
		"metadata acceleration":   {fmt.Errorf("%w (%w)", cosclient.ErrMetadataAcceleration, refusal(405, "MethodNotAllowed")), "created without it"},
		"clock":                   {refusal(403, "RequestTimeTooSkewed"), "set the clock"},
		"signature's time":        {expired, "clock of this machine"},
		"bucket":                  {refusal(404, "NoSuchBucket"), "name-appid"},
		"KMS key":                 {refusal(400, "KmsKeyNotExist"), "sse_kms_key_id"},
		"disabled KMS key":        {refusal(400, "KmsKeyDisabled"), "Enable the KMS key"},
		"KMS":                     {refusal(400, "KmsException"), "COS_QcsRole"},
		"customer key":            {refusal(400, "SsecDecryptHeaderInvalid"), "customer key"},
		"lock":                    {refusal(409, "ObjectLocked"), "retention time"},
		"archive":                 {refusal(403, "InvalidObjectState"), "restore it first"},
		"throttled":               {refusal(503, "SlowDown"), "-parallelism"},
		"too many requests":       {refusal(429, ""), "max_retries"},
		"path style":              {refusal(403, "PathStyleDomainForbidden"), "{bucket}"},
		"exists":                  {refusal(409, "FileAlreadyExists"), "plan again"},
		"precondition":            {refusal(412, "PreconditionFailed"), "plan again"},
		"forbidden":               {refusal(403, "AccessDenied"), "CAM action name/cos:PutObject on qcs::cos:ap-guangzhou:uid/1250000000:lab-1250000000/dir/a"},
		"a HEAD, forbidden":       {head, "CAM action name/cos:HeadObject"},
		"a listing, forbidden":    {bucket, "CAM action name/cos:GetBucket on qcs::cos:ap-guangzhou:uid/1250000000:lab-1250000000/*."},
		"an error of COS":         {refusal(500, "InternalError"), "request id"},
		"an echo":                 {&cosclient.TransportError{Op: "PutObject", Location: object, Err: cosclient.ErrEcho}, "proxy or gateway"},
		"503 to a HEAD":           {&cosclient.Error{Op: "HeadObject", Location: object, Status: 503}, "run again later"},
		"body changed":            {&cosclient.TransportError{Op: "PutObject", Location: object, Err: cosclient.ErrBodyChanged}, "file changed"},
		"corrupted":               {fmt.Errorf("x: %w", cosclient.ErrCorrupted), "proxy"},
		"insecure":                {fmt.Errorf("x: %w", cosclient.ErrInsecure), "https://"},
		"idle":                    {&cosclient.TransportError{Op: "PutObject", Location: object, Err: cosclient.ErrIdleTimeout}, "request_timeout"},
		"cancelled":               {&cosclient.TransportError{Op: "PutObject", Location: object, Err: context.Canceled}, "interrupted"},
		"certificate":             {&cosclient.TransportError{Op: "PutObject", Location: object, Err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}, "ca_certificate_file"},
		"connection":              {&cosclient.TransportError{Op: "PutObject", Location: object, Err: errors.New("reset")}, "check the network"},
		"wrapped twice":           {fmt.Errorf("a: %w", fmt.Errorf("b: %w", refusal(404, "NoSuchBucket"))), "name-appid"},
		"not found":               {refusal(404, "NoSuchKey"), ""},
		"something else":          {errors.New("something else"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tfdiag.Advice(tc.err)
			if !strings.Contains(got, tc.says) || (tc.says == "") != (got == "") {
				t.Errorf("got %q, want something about %q", got, tc.says)
			}
		})
	}
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	err := refusal(404, "NoSuchBucket")
	const detail = "The object could not be written.\n\n" +
		"Cause: PutObject cos://lab-1250000000/dir/a: 404 NoSuchBucket: message (request id NjA)\n\n" +
		"There is no such bucket in the region ap-guangzhou: check bucket (it is name-appid, such as examplebucket-1250000000) and region."
	for name, tc := range map[string]struct{ got, want diag.Diagnostic }{
		"error":          {tfdiag.Error("Unable", "The object could not be written.", err), diag.NewErrorDiagnostic("Unable", detail)},
		"warning":        {tfdiag.Warning("Unable", "The object could not be written.", err), diag.NewWarningDiagnostic("Unable", detail)},
		"without advice": {tfdiag.Error("Unable", "It failed.", errors.New("no reason")), diag.NewErrorDiagnostic("Unable", "It failed.\n\nCause: no reason")},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
