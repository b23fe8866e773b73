package cosmock

// Answer is what the server says to a refused request.
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

// Undocumented collects the behaviour that COS's documentation leaves open or
// tells in two ways. The zero value has the likelier of the readings; a client
// has to live with each. Zero fields of an Answer have the default's value, so
// that Answer{Status: 403} changes the status alone.
type Undocumented struct {
	// CustomerKeyMissing answers GET, HEAD and a copy's source of an SSE-C
	// object without its key. Default 400 SsecDecryptHeaderInvalid, which the
	// list of error codes words for a copy's source only.
	CustomerKeyMissing Answer
	// CustomerKeyWrong answers the same with another key than the object's.
	// Default as CustomerKeyMissing; 403 is as thinkable.
	CustomerKeyWrong Answer
	// CustomerKeyInvalid answers an SSE-C triple that is incomplete, not
	// base64, not 32 bytes, or whose MD5 does not fit. Default 400
	// InvalidArgument.
	CustomerKeyInvalid Answer
	// CustomerKeyNotApplicable answers SSE-C headers on GET or HEAD of an
	// object that is not under SSE-C. Default 400 SSEHeaderNotAllowed.
	CustomerKeyNotApplicable Answer
	// CustomerKeyIgnored reads such an object all the same, as a client of
	// Tencent's own depends on.
	CustomerKeyIgnored bool
	// CustomerKeyInsecure answers SSE-C headers over plain HTTP. All that the
	// SDK pages say is that HTTPS is required. Default 400 InvalidRequest.
	CustomerKeyInsecure Answer
	// CustomerKeyOverHTTP accepts SSE-C over plain HTTP instead.
	CustomerKeyOverHTTP bool
	// CustomerKeyUnpadded accepts a key in base64 without its padding, as an
	// SDK page prints one. Default refused as CustomerKeyInvalid.
	CustomerKeyUnpadded bool
	// MixedEncryption answers SSE-C together with
	// x-cos-server-side-encryption. Default 400 InvalidArgument.
	MixedEncryption Answer
	// UnknownAlgorithm answers an unknown x-cos-server-side-encryption.
	// Default 400 InvalidArgument, as a live SDK test has it; the list of
	// error codes says SSEContentNotSupported.
	UnknownAlgorithm Answer
	// InvalidContext answers an encryption context that is not the base64 of a
	// JSON object. Default 400 InvalidArgument; KmsException is thinkable.
	InvalidContext Answer
	// PartKeyMissing answers Upload Part without the SSE-C key that the upload
	// was initiated with. Default 400 InvalidArgument.
	PartKeyMissing Answer
	// PresignedSSECOS accepts x-cos-server-side-encryption: AES256 (or SM4) on
	// a request with its signature in the URL. "Server-Side Encryption
	// Overview" says that SSE-COS is not available there, not how it shows.
	// Default 400 SSEHeaderNotAllowed.
	PresignedSSECOS bool
	// StrictPartHeaders refuses x-cos-server-side-encryption, the KMS key id
	// and the context on Upload Part and Complete with 400
	// SSEHeaderNotAllowed. The pages list none of them there, but SDKs send
	// them. Default tolerated.
	StrictPartHeaders bool

	// ExpiredServerTime sends <ServerTime> with a signature whose time is over.
	// Default not: the pages show it only with RequestTimeTooSkewed.
	ExpiredServerTime bool
	// PartsListedEarlier lists an object that was uploaded in parts with the
	// time at which its upload began; HEAD has the one at which it ended.
	// Default the same time.
	PartsListedEarlier bool
	// TokenExpired answers a temporary credential whose time is over. Default
	// 400 ExpiredToken; a live SDK test sees 403 InvalidAccessKeyId.
	TokenExpired Answer

	// BucketKMSKeyUnchecked lets PUT Bucket encryption name a KMS key that is
	// not there; writes then fail. Default 400 KmsKeyNotExist at once.
	BucketKMSKeyUnchecked bool

	// DefaultEncryptsCopies applies the bucket's default encryption to copies
	// that name none. The page on bucket encryption speaks of uploads only, and
	// that on copies says that the target then has no encryption, which is the
	// default here.
	DefaultEncryptsCopies bool

	// AnonymousSSECOSRefused refuses anonymous reads of SSE-COS objects too, as the
	// documentation said until 2024. SSE-KMS and SSE-C are always refused.
	AnonymousSSECOSRefused bool

	// NoSuchTagSet answers GET Object tagging without tags by 404 NoSuchTagSet,
	// as the list of error codes has it. Default an empty set, which the live
	// tests of two SDKs find.
	NoSuchTagSet bool
	// DeleteMissingStatus is the status of DELETE Object for a key that does
	// not exist: 204 or 200. Default 204.
	DeleteMissingStatus int
	// LeadingSlashRefused refuses keys that begin with a slash, as the page on
	// objects says. Default accepted: an SDK's live tests store and read them.
	LeadingSlashRefused bool
	// ParentSegmentsKept takes ".." in a path for a part of a key, so that
	// /abc/../ is an object, as the live tests of two SDKs store and read it;
	// /./ is the bucket all the same. Default the bucket wherever nothing of
	// the path remains, as a third SDK warns.
	ParentSegmentsKept bool
	// NullVersionID lists the versions of a bucket that never had versioning
	// with the id null, as the S3 dialect elsewhere does. Default an empty id,
	// as a live test on COS finds it in that dialect.
	NullVersionID bool
	// DeleteMarkerTold sends x-cos-delete-marker and the marker's id with the
	// 404 of an object whose latest version is a delete marker, as the S3
	// dialect elsewhere does. Default only if the marker's id is asked for.
	DeleteMarkerTold bool
	// LongerTags takes tags with keys of up to 128 and values of up to 256
	// characters, as older pages have it. Default 127 and 255.
	LongerTags bool
	// BucketSM4Refused refuses SM4 as a bucket's default encryption, which the
	// international pages do not know. Default accepted, as a live test on the
	// mainland finds it.
	BucketSM4Refused bool
	// SuspendedVersionID sends "x-cos-version-id: null" with PUT Object while
	// versioning is suspended. PUT Object says it is absent (the default),
	// Complete Multipart Upload that it is there.
	SuspendedVersionID bool
	// CopyConditionsAll refuses a copy unless each of the conditions of its
	// source holds. Default the stronger one counts, as for reads (RFC 9110):
	// x-cos-copy-source-If-Match, and the date of If-Unmodified-Since is
	// ignored beside it.
	CopyConditionsAll bool
	// UnmodifiedSinceWins has the date count alone where both are sent.
	UnmodifiedSinceWins bool
	// CopyCRC64Header sends x-cos-hash-crc64ecma with PUT Object - Copy too.
	// The examples have it in the body only (the default).
	CopyCRC64Header bool
	// DefaultContentType is the type of an object that was stored without one
	// under a key whose extension tells none. Default application/octet-stream.
	DefaultContentType string
	// TypeByExtensionOff gives that type to every object that was stored
	// without one. Default the type of the key's extension, as the live tests
	// of two SDKs find it.
	TypeByExtensionOff bool
	// DefaultCacheControl is the Cache-Control that HEAD and GET show for an
	// object without one. Default none. A live test of an SDK tolerates
	// max-age=259200 beside it, which a proxy may have added.
	DefaultCacheControl string
	// ForceDownloadHead makes Options.ForceDownload change the answer to HEAD
	// as well. Default not, as somebody has measured it.
	ForceDownloadHead bool
	// WrongRegion answers a host name whose region is not the bucket's. One
	// that redirects says where to. Default 404 NoSuchBucket.
	WrongRegion Answer
	// WrongRegionTold sends x-cos-bucket-region with it. Default not.
	WrongRegionTold bool
	// CopyAction asks a policy for PutObjectCopy and UploadPartCopy, as lists
	// of actions name them. Default PutObject and UploadPart, as the page on
	// policies has it.
	CopyAction bool
	// LockRefused answers lock headers, or a retention, that are not in the mode
	// COMPLIANCE or not complete. A live test saw the message, not the status
	// and the code. Default 400 InvalidObjectLock.
	LockRefused Answer
	// RetentionShortened answers PUT Object Retention with an earlier date than
	// the one in force. Default 400 InvalidObjectLock: a live test saw the
	// code, not the status. An older page has 409 InvalidLockedTime.
	RetentionShortened Answer
	// LockOnlyGrows refuses to lower or remove the default retention of a
	// bucket, as an older page says, with 409 InvalidLockedTime. Default
	// allowed.
	LockOnlyGrows bool
	// LockWithVersioning lets a bucket have object lock and versioning, as a
	// newer page says; versioning cannot be suspended then. Default one
	// excludes the other, as a live test saw it.
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
	// ConditionalWrites answers 412 to PUT, a copy, Complete and DELETE whose
	// If-Match or If-None-Match does not hold, as a test written for the S3
	// dialect expects. Default ignored, as somebody has measured it on PUT.
	ConditionalWrites bool
	// HeadRange answers a HEAD with a Range by 206 and the length of the range,
	// as that test expects. Default ignored.
	HeadRange bool
	// PlusInListings leaves a + of a key as it is in a listing with
	// encoding-type=url. No page says which characters are encoded; a space is
	// %20 either way, since an SDK that asks for it in every listing decodes no
	// +. Default %2B.
	PlusInListings bool
	// StrictArguments refuses pages of more than 1000 entries, those of no
	// parts, and malformed dates of conditions with 400 InvalidArgument, as a
	// text of 2017 says. Default the page has 1000 or none, and the condition
	// is ignored.
	StrictArguments bool
	// GrantsReplaceCanned ignores x-cos-acl beside x-cos-grant-* headers, as an
	// SDK has it for two lists of its own. Default both count.
	GrantsReplaceCanned bool
	// KMSKeyNeededByHead refuses HEAD of an object whose KMS key is disabled or
	// gone, as GET is refused. Default HEAD needs no key.
	KMSKeyNeededByHead bool
	// MultiAZStrict keeps the MAZ_ classes to multi-AZ buckets, and has a copy
	// keep such a class. Default neither; the codes are published nowhere.
	MultiAZStrict bool
	// RestoreStrict wants CASJobParameters and at most 365 days, and no
	// Expedited for DEEP_ARCHIVE. Default neither; the codes are published
	// nowhere.
	RestoreStrict bool
	// MetadataTooLarge answers more than 2 KB of x-cos-meta-* headers. Default
	// 400 KeyTooLong, as an SDK's live test has it.
	MetadataTooLarge Answer
	// ReasonInMessage puts the identifier of a refused signature into Message
	// and AccessDenied into Code, as the page on 403 errors shows it. Default:
	// in Code, as the list of error codes has it.
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
