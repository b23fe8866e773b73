package cosclient

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Conditions that errors.Is can test for on an *Error. Source of the codes: COS
// API documentation, "Error Codes".
var (
	ErrNotFound           = errors.New("the object does not exist")          // NoSuchKey, NoSuchVersion, NoSuchCopySource, or 404 to a HEAD or GET of an object
	ErrNoSuchBucket       = errors.New("the bucket does not exist")          // NoSuchBucket
	ErrWrongRegion        = errors.New("the bucket is in another region")    // a redirect, or NoSuchBucket with x-cos-bucket-region
	ErrNoBucketEncryption = errors.New("the bucket has no encryption")       // NoSuchEncryptionConfiguration
	ErrNoSuchUpload       = errors.New("the upload does not exist")          // NoSuchUpload
	ErrForbidden          = errors.New("forbidden")                          // 403
	ErrBadRequest         = errors.New("bad request")                        // 400
	ErrPreconditionFailed = errors.New("precondition failed")                // 412
	ErrAlreadyExists      = errors.New("the object exists already")          // FileAlreadyExists, in response to x-cos-forbid-overwrite
	ErrObjectLocked       = errors.New("the object is locked")               // ObjectLocked
	ErrNoObjectLock       = errors.New("there is no object lock")            // NoSuchObjectLockConfiguration, of a bucket or an object
	ErrInvalidLock        = errors.New("the object lock is not accepted")    // InvalidObjectLock, InvalidLockedTime
	ErrPathStyle          = errors.New("path-style addressing is refused")   // PathStyleDomainForbidden
	ErrSignature          = errors.New("the signature is not accepted")      // SignatureDoesNotMatch, InvalidAccessKeyId
	ErrSignedHost         = errors.New("the host may not be the signed one") // SignatureDoesNotMatch at a custom domain; also ErrSignature
	ErrNotAccelerated     = errors.New("the bucket is not accelerated")      // BucketAccelerateNotEnabled
	ErrNotServed          = errors.New("acceleration does not serve this")   // ActionAccelerateNotSupported
	ErrSignatureToken     = errors.New("the key and token are refused")      // ErrSignature for a request with a session token
	ErrUnavailable        = errors.New("the bucket is out of service")       // 451 and 402
	ErrExpiredToken       = errors.New("the security token has expired")     // ExpiredToken
	ErrClockSkew          = errors.New("the clock is wrong")                 // RequestTimeTooSkewed
	ErrExpiredSignature   = errors.New("the signature has expired")          // "Request has expired"
	ErrKMSKeyNotExist     = errors.New("the KMS key does not exist")         // KmsKeyNotExist
	ErrKMSKeyDisabled     = errors.New("the KMS key is disabled")            // KmsKeyDisabled
	ErrKMS                = errors.New("KMS failed")                         // any other Kms... code
	ErrThrottled          = errors.New("throttled")                          // 429, SlowDown, KmsFreqControl
	ErrCustomerKey        = errors.New("the customer key does not fit")      // SsecDecryptHeaderInvalid
	ErrInvalidObjectState = errors.New("the object is archived")             // InvalidObjectState
	ErrNotArchived        = errors.New("the object is not archived")         // RestoreNonArchiveObject
	ErrRestoreInProgress  = errors.New("the object is being restored")       // RestoreAlreadyInProgress
	ErrInvalidRange       = errors.New("the range is outside the object")    // 416
)

// ErrCorrupted is returned for an upload if the CRC64 in the response differs
// from that of the sent body. The object is stored nevertheless.
var ErrCorrupted = errors.New("COS stored something else than what was sent")

// Codes that several functions use.
const (
	codeAccessDenied     = "AccessDenied"
	codeFreqControl      = "KmsFreqControl"
	codeInternal         = "InternalError"
	codeKMSInternal      = "KmsInternalException"
	codePathConflict     = "PathConflict"
	codeUploadConflict   = "UploadConflict"
	codeSlowDown         = "SlowDown"
	codeUnavailable      = "ServiceUnavailable"
	textExpired          = "Request has expired"
	opHead, opGet        = "HeadObject", "GetObject"
	opUploadPart         = "UploadPart"
	actionPrefix         = "name/cos:"
	headerRequestID      = "X-Cos-Request-Id"
	headerTraceID        = "X-Cos-Trace-Id"
	headerBucketRegion   = "X-Cos-Bucket-Region"
	placeholderRedacted  = "(redacted)"
	maxMessage, maxToken = 300, 120
)

// Error is a response that refuses a request. It contains no request headers, and
// secrets that the response quotes are removed, so it can be shown to the user.
type Error struct {
	// Op is the operation in CAM's notation, without the prefix that Action adds.
	Op string
	Location
	// Status is the HTTP status, or 200 if the error was in the body of a
	// success, as for a copy.
	Status int
	// Code and Message are empty for a HEAD, whose response has no body.
	Code, Message string
	RequestID     string
	TraceID       string
	ServerTime    time.Time // zero if the response has none
	// BucketRegion is the bucket's region if COS returns it and it differs from
	// Region.
	BucketRegion string

	retryAfter time.Duration
	words      []string // words of the message; see wordsIn
	told       *toldBefore
	token      bool // the request had a session token
	pulled     originPull
	custom     bool // signed for a custom domain
}

// Action returns the operation's name in a CAM policy. Source: COS documentation,
// "Action List".
func (e *Error) Action() string { return actionPrefix + e.Op }

// Error implements error. It returns one line without headers or the raw body.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %d", e.Op, e.target(), e.Status)
	switch {
	case e.Code != "" && e.Message != "":
		fmt.Fprintf(&b, " %s: %s", e.Code, e.Message)
	case e.Code != "" || e.Message != "":
		b.WriteString(" " + e.Code + e.Message)
	default:
		b.WriteString(" " + http.StatusText(e.Status))
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request id %s)", e.RequestID)
	}
	return b.String()
}

// Is implements errors.Is for the sentinel errors of this package.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return e.absent() || e.pulled == originAbsent
	case ErrOriginPull:
		return e.pulled != originNone
	case ErrNoSuchBucket:
		return e.Code == "NoSuchBucket" || e.Op == opHeadBucket && e.Status == http.StatusNotFound
	case ErrWrongRegion:
		return e.redirect() && e.pulled == originNone || e.BucketRegion != "" && e.Status == http.StatusNotFound
	case ErrNoBucketEncryption:
		return e.Code == "NoSuchEncryptionConfiguration"
	case ErrNoSuchUpload:
		return e.Code == "NoSuchUpload"
	case ErrForbidden:
		return e.Status == http.StatusForbidden || e.Status == http.StatusOK && e.Code == codeAccessDenied || e.pulled == originPresent
	case ErrBadRequest:
		return e.Status == http.StatusBadRequest
	case ErrPreconditionFailed:
		return e.Status == http.StatusPreconditionFailed || e.Code == "PreconditionFailed"
	case ErrAlreadyExists:
		return e.Code == "FileAlreadyExists"
	case ErrObjectLocked:
		return e.Code == "ObjectLocked"
	case ErrNoObjectLock:
		return e.Code == "NoSuchObjectLockConfiguration"
	case ErrInvalidLock:
		return e.Code == "InvalidObjectLock" || e.Code == "InvalidLockedTime"
	case ErrPathStyle:
		return e.Code == "PathStyleDomainForbidden"
	case ErrSignature:
		return e.says(wordSignature) || e.says(wordKeyID)
	case ErrSignatureToken:
		return e.token && errors.Is(e, ErrSignature)
	case ErrUnavailable:
		return e.Status == http.StatusUnavailableForLegalReasons || e.Status == http.StatusPaymentRequired
	case ErrSignedHost:
		return e.custom && e.says(wordSignature)
	case ErrNotAccelerated:
		return e.Code == "BucketAccelerateNotEnabled"
	case ErrNotServed:
		return e.Code == "ActionAccelerateNotSupported"
	case ErrExpiredToken:
		return e.says(wordToken)
	case ErrClockSkew:
		return e.says(wordSkew)
	case ErrExpiredSignature:
		return e.says(textExpired)
	case ErrKMSKeyNotExist:
		return e.Code == "KmsKeyNotExist"
	case ErrKMSKeyDisabled:
		return e.Code == "KmsKeyDisabled"
	case ErrKMS:
		return strings.HasPrefix(e.Code, "Kms") && e.Code != "KmsKeyNotExist" && e.Code != "KmsKeyDisabled"
	case ErrThrottled:
		return e.Status == http.StatusTooManyRequests || e.Code == codeSlowDown || e.Code == codeFreqControl
	case ErrCustomerKey:
		return e.Code == "SsecDecryptHeaderInvalid"
	case ErrInvalidRange:
		return e.Status == http.StatusRequestedRangeNotSatisfiable
	case ErrInvalidObjectState:
		return e.Code == "InvalidObjectState"
	case ErrNotArchived:
		return e.Code == "RestoreNonArchiveObject"
	case ErrRestoreInProgress:
		return e.Code == "RestoreAlreadyInProgress"
	}
	return false
}

func (e *Error) absent() bool {
	switch e.Code {
	case "NoSuchKey", "NoSuchVersion", "NoSuchCopySource":
		return true
	case "":
		return e.Status == http.StatusNotFound && e.BucketRegion == "" && (e.Op == opHead || e.Op == opGet)
	}
	return false
}

func (e *Error) redirect() bool {
	switch e.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// says reports whether the error has a code. COS's pages disagree on whether it
// is in Code, or in the message of an AccessDenied.
func (e *Error) says(word string) bool {
	return e.Code == word || strings.Contains(e.Message, word) || slices.Contains(e.words, word)
}

// target names the object or bucket of the request.
func (l Location) target() string {
	if l.Key == "" {
		return "cos://" + l.Bucket
	}
	return l.String()
}

// corruptedError contains both checksums. It matches ErrCorrupted.
type corruptedError struct {
	op string
	Location
}

func (e *corruptedError) Error() string {
	return fmt.Sprintf("%s %s: %v: COS answers another CRC64", e.op, e.target(), ErrCorrupted)
}

func (e *corruptedError) Is(target error) bool { return target == ErrCorrupted }
