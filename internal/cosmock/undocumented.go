package cosmock

// Answer is a response that refuses a request.
type Answer struct {
	Status  int
	Code    string
	Message string
}

func (a Answer) or(def Answer) Answer {
	if a.Status == 0 {
		a.Status = def.Status
	}
	if a.Code == "" {
		a.Code = def.Code
	}
	if a.Message == "" {
		a.Message = def.Message
	}
	return a
}

func (a Answer) err() *apiError {
	return &apiError{status: a.Status, code: a.Code, message: a.Message}
}

// Undocumented collects the behavior that COS's documentation leaves open or
// describes in two ways. The zero value is the likelier reading; a client has to
// work with each. Zero fields of an Answer keep the default, so Answer{Status:
// 403} changes only the status.
type Undocumented struct {
	// CustomerKeyMissing answers GET, HEAD and a copy from an SSE-C object
	// without the object's key. Default: 400 SsecDecryptHeaderInvalid, which the
	// list of error codes describes only for the source of a copy.
	CustomerKeyMissing Answer
	// CustomerKeyWrong answers the same requests with a key other than the
	// object's. Default: the same as CustomerKeyMissing; 403 is also plausible.
	CustomerKeyWrong Answer
	// CustomerKeyInvalid answers an SSE-C triple that is incomplete, not base64,
	// not 32 bytes long, or whose MD5 does not match. Default: 400
	// InvalidArgument.
	CustomerKeyInvalid Answer
	// CustomerKeyNotApplicable answers a GET or HEAD with SSE-C headers if the
	// object is not encrypted with SSE-C. Default: 400 SSEHeaderNotAllowed.
	CustomerKeyNotApplicable Answer
	// CustomerKeyIgnored accepts such a request and ignores the headers, which
	// one of Tencent's own clients relies on.
	CustomerKeyIgnored bool
	// CustomerKeyInsecure answers SSE-C headers over plain HTTP. The SDK pages
	// say only that HTTPS is required. Default: 400 InvalidRequest.
	CustomerKeyInsecure Answer
	// CustomerKeyOverHTTP accepts SSE-C over plain HTTP.
	CustomerKeyOverHTTP bool
	// CustomerKeyUnpadded accepts a base64 key without padding, as an SDK page
	// prints one. Default: refused as CustomerKeyInvalid.
	CustomerKeyUnpadded bool
	// MixedEncryption answers SSE-C headers together with
	// x-cos-server-side-encryption. Default: 400 InvalidArgument.
	MixedEncryption Answer
	// UnknownAlgorithm answers an unknown x-cos-server-side-encryption. Default:
	// 400 InvalidArgument, as in a live SDK test; the list of error codes says
	// SSEContentNotSupported.
	UnknownAlgorithm Answer
	// InvalidContext answers an encryption context that is not a base64-encoded
	// JSON object. Default: 400 InvalidArgument; KmsException is also plausible.
	InvalidContext Answer
	// PartKeyMissing answers Upload Part without the SSE-C key that the upload
	// was initiated with. Default: 400 InvalidArgument.
	PartKeyMissing Answer
	// PresignedSSECOS accepts x-cos-server-side-encryption: AES256 (or SM4) on a
	// presigned request. "Server-Side Encryption Overview" says that SSE-COS is
	// not available there, but not which error results. Default: 400
	// SSEHeaderNotAllowed.
	PresignedSSECOS bool
	// StrictPartHeaders refuses x-cos-server-side-encryption, the KMS key ID and
	// the context on Upload Part and Complete with 400 SSEHeaderNotAllowed. COS's
	// pages do not list them for these operations, but SDKs send them. Default:
	// ignored.
	StrictPartHeaders bool

	// ExpiredServerTime sends <ServerTime> with the error for an expired
	// signature. Default: not sent; the pages show it only with
	// RequestTimeTooSkewed.
	ExpiredServerTime bool
	// PartsListedEarlier makes listings show the time at which a multipart upload
	// began, while HEAD returns the time at which it was completed. Default: both
	// show the time of completion.
	PartsListedEarlier bool
	// TokenExpired answers an expired temporary credential. Default: 400
	// ExpiredToken; a live SDK test received 403 InvalidAccessKeyId.
	TokenExpired Answer

	// BucketKMSKeyUnchecked lets PUT Bucket encryption name a KMS key that does
	// not exist; writes then fail. Default: 400 KmsKeyNotExist at once.
	BucketKMSKeyUnchecked bool

	// DefaultEncryptsCopies applies the bucket's default encryption to copies
	// without encryption headers. Default: such a copy is not encrypted, as the
	// page on copies says; the page on bucket encryption mentions only uploads.
	DefaultEncryptsCopies bool

	// AnonymousSSECOSRefused also refuses anonymous reads of SSE-COS objects, as
	// the documentation said until 2024. Those of SSE-KMS and SSE-C objects are
	// always refused.
	AnonymousSSECOSRefused bool

	// NoSuchTagSet answers GET Object tagging of an object without tags with 404
	// NoSuchTagSet, as the list of error codes says. Default: an empty set, as in
	// the live tests of two SDKs.
	NoSuchTagSet bool
	// DeleteMissingStatus is the status of DELETE Object for a missing key: 204
	// (the default) or 200.
	DeleteMissingStatus int
	// LeadingSlashRefused refuses keys that begin with a slash, as the page on
	// objects says. Default: accepted; an SDK's live tests store and read them.
	LeadingSlashRefused bool
	// ParentSegmentsKept treats ".." in a path as part of a key, so that /abc/../
	// is an object, as in the live tests of two SDKs. /./ is still the bucket.
	// Default: the bucket if nothing of the path remains, as a third SDK warns.
	ParentSegmentsKept bool
	// NullVersionID lists versions in a bucket that was never versioned with the
	// ID "null", as other S3 implementations do. Default: an empty ID, as a live
	// test of COS's S3 API found.
	NullVersionID bool
	// DeleteMarkerTold sends x-cos-delete-marker and the marker's ID with the 404
	// of an object that a delete marker hides, as other S3 implementations do.
	// Default: only if the request names the marker's ID.
	DeleteMarkerTold bool
	// LongerTags accepts tag keys of up to 128 and values of up to 256
	// characters, as older pages say. Default: 127 and 255.
	LongerTags bool
	// BucketSM4Refused refuses SM4 as a bucket's default encryption, which the
	// international pages do not mention. Default: accepted, as in a live test on
	// the mainland.
	BucketSM4Refused bool
	// SuspendedVersionID sends "x-cos-version-id: null" with PUT Object while
	// versioning is suspended. Default: not sent, as the page on PUT Object says;
	// the page on Complete Multipart Upload says that it is.
	SuspendedVersionID bool
	// CopyConditionsAll refuses a copy unless all conditions on its source hold.
	// Default: x-cos-copy-source-If-Match takes precedence over
	// If-Unmodified-Since, as for reads (RFC 9110).
	CopyConditionsAll bool
	// UnmodifiedSinceWins gives If-Unmodified-Since precedence if both are sent.
	UnmodifiedSinceWins bool
	// CopyCRC64Header also sends x-cos-hash-crc64ecma as a header with PUT Object
	// - Copy. Default: only in the body, as in the examples.
	CopyCRC64Header bool
	// DefaultContentType is the type of an object that was uploaded without one
	// if its extension does not determine it. Default: application/octet-stream.
	DefaultContentType string
	// TypeByExtensionOff uses that type for every object that was uploaded
	// without one. Default: the type of the key's extension, as in the live tests
	// of two SDKs.
	TypeByExtensionOff bool
	// DefaultCacheControl is the Cache-Control that HEAD and GET return for an
	// object without one. Default: none. A live test of an SDK tolerates
	// max-age=259200, which a proxy may have added.
	DefaultCacheControl string
	// ForceDownloadHead makes Options.ForceDownload apply to HEAD as well.
	// Default: not, as a published measurement shows.
	ForceDownloadHead bool
	// WrongRegion answers a request whose host name has a region other than the
	// bucket's. A redirect includes the right location. Default: 404
	// NoSuchBucket.
	WrongRegion Answer
	// WrongRegionTold also sends x-cos-bucket-region. Default: not sent.
	WrongRegionTold bool
	// CopyAction requires the actions PutObjectCopy and UploadPartCopy, as in
	// lists of actions. Default: PutObject and UploadPart, as the page on
	// policies says.
	CopyAction bool
	// LockRefused answers lock headers or a retention that are incomplete or in a
	// mode other than COMPLIANCE. A live test recorded the message but not the
	// status and code. Default: 400 InvalidObjectLock.
	LockRefused Answer
	// RetentionShortened answers PUT Object Retention with a date before the
	// current one. Default: 400 InvalidObjectLock; a live test recorded the code
	// but not the status. An older page says 409 InvalidLockedTime.
	RetentionShortened Answer
	// LockOnlyGrows refuses to lower or remove a bucket's default retention with
	// 409 InvalidLockedTime, as an older page says. Default: allowed.
	LockOnlyGrows bool
	// LockWithVersioning allows a bucket to have both object lock and versioning,
	// which then cannot be suspended, as a newer page says. Default: each
	// excludes the other, as in a live test.
	LockWithVersioning bool
	// LockCoversVersions lets a locked version forbid another one above it, and a
	// delete marker, in a bucket that has both. Default the locked version stays
	// below the new one, as elsewhere in the S3 dialect; the page on object lock
	// speaks of objects only.
	LockCoversVersions bool
	// LockMissing answers lock headers, and a lock of an object, in a bucket
	// without object lock. Default 404 NoSuchObjectLockConfiguration.
	LockMissing Answer
	// LockIgnored stores an object without the lock that its headers ask for in
	// such a bucket. Default LockMissing.
	LockIgnored bool
	// HeadHidesLock keeps the lock out of the answers to HEAD and GET Object.
	// Default they tell it, as a live test finds in the S3 dialect.
	HeadHidesLock bool
	// ConditionalWrites answers 412 to PUT, a copy, Complete and DELETE if their
	// If-Match or If-None-Match does not hold, as a test written for S3 expects.
	// Default: ignored, as measured on PUT.
	ConditionalWrites bool
	// HeadRange answers HEAD with a Range header with 206 and the length of the
	// range, as that test expects. Default: ignored.
	HeadRange bool
	// PlusInListings leaves a + in a key unencoded in listings with
	// encoding-type=url. No page says which characters are encoded. A space is
	// always %20, since an SDK that requests the encoding in every listing does
	// not decode +. Default: %2B.
	PlusInListings bool
	// StrictArguments refuses page sizes above 1000, a max-parts of zero, and
	// malformed dates in conditions with 400 InvalidArgument, as a text from 2017
	// says. Default: page sizes are limited to 1000, zero returns an empty page,
	// and the condition is ignored.
	StrictArguments bool
	// GrantsReplaceCanned ignores x-cos-acl if there are x-cos-grant-* headers,
	// as an SDK does with its own two lists. Default: both apply.
	GrantsReplaceCanned bool
	// KMSKeyNeededByHead refuses HEAD of an object whose KMS key is disabled or
	// deleted, like GET. Default: HEAD needs no key.
	KMSKeyNeededByHead bool
	// MultiAZStrict allows MAZ_ classes only in multi-AZ buckets, and requires
	// copies of such objects to keep the class. Default: neither; the error codes
	// are not published.
	MultiAZStrict bool
	// RestoreStrict requires CASJobParameters, limits a restore to 365 days, and
	// refuses Expedited for DEEP_ARCHIVE. Default: none of these; the error codes
	// are not published.
	RestoreStrict bool
	// RestoredCopyRefused refuses a copy of a restored object, as long as it is in an
	// archive class: a page says that the encryption of such an object can only be
	// set after it has moved to another class, and not which request is refused.
	// Default: a restored object is copied like any other.
	RestoredCopyRefused bool
	// MetadataTooLarge answers more than 2 KB of x-cos-meta-* headers. Default:
	// 400 KeyTooLong, as in an SDK's live test.
	MetadataTooLarge Answer
	// ReasonInMessage puts the identifier of a signature error into Message and
	// AccessDenied into Code, as the page on 403 errors shows. Default: in Code,
	// as the list of error codes says.
	ReasonInMessage bool
}

func (u Undocumented) withDefaults() Undocumented {
	invalid := func(message string) Answer { return Answer{400, "InvalidArgument", message} }
	decrypt := Answer{400, "SsecDecryptHeaderInvalid",
		"The source object is encrypted with SSE-C. Therefore, the same key should be provided in the request header."}
	u.CustomerKeyMissing = u.CustomerKeyMissing.or(decrypt)
	u.CustomerKeyWrong = u.CustomerKeyWrong.or(decrypt)
	u.CustomerKeyInvalid = u.CustomerKeyInvalid.or(invalid("The SSE-C headers are incomplete or do not fit each other."))
	u.CustomerKeyNotApplicable = u.CustomerKeyNotApplicable.or(
		Answer{400, "SSEHeaderNotAllowed", "The operation does not support the specified SSE header."})
	u.CustomerKeyInsecure = u.CustomerKeyInsecure.or(
		Answer{400, "InvalidRequest", "A request with a customer-provided key must be made over HTTPS."})
	u.MixedEncryption = u.MixedEncryption.or(invalid("SSE-C cannot be combined with x-cos-server-side-encryption."))
	u.UnknownAlgorithm = u.UnknownAlgorithm.or(invalid("The encryption method is not supported."))
	u.InvalidContext = u.InvalidContext.or(invalid("The encryption context is not the base64 of a JSON object."))
	u.PartKeyMissing = u.PartKeyMissing.or(invalid("The part lacks the SSE-C headers that the upload was initiated with."))
	u.WrongRegion = u.WrongRegion.or(Answer{404, "NoSuchBucket", "The specified bucket does not exist."})
	u.LockRefused = u.LockRefused.or(
		Answer{400, "InvalidObjectLock", "invalid object lock header, x-cos-object-lock mode must be COMPLIANCE"})
	u.LockMissing = u.LockMissing.or(Answer{404, "NoSuchObjectLockConfiguration", "The object lock configuration does not exist."})
	u.RetentionShortened = u.RetentionShortened.or(Answer{400, "InvalidObjectLock", "The retention period can only be extended."})
	u.MetadataTooLarge = u.MetadataTooLarge.or(Answer{400, "KeyTooLong", "Your key is too long."})
	if u.DeleteMissingStatus == 0 {
		u.DeleteMissingStatus = 204
	}
	if u.DefaultContentType == "" {
		u.DefaultContentType = "application/octet-stream"
	}
	return u
}
