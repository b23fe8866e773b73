package cosmock

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// apiError is an error response as "Error Codes" describes it.
type apiError struct {
	status        int
	code, message string
	header        http.Header // additional response headers

	stringToSign, formatString string // for SignatureDoesNotMatch
	serverTime                 string // for RequestTimeTooSkewed
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s: %s", e.status, e.code, e.message) }

// failure is the status and message of an error code.
type failure struct {
	status  int
	message string
}

// failures lists the codes that have a fixed status. The messages are COS's own
// if COS publishes them.
var failures = map[string]failure{
	"ActionAccelerateNotSupported":          {400, "The action is not supported by the accelerate host."},
	"AccessDenied":                          {403, "Access Denied."},
	"AttachmentFull":                        {400, "your policy or acl has reached the limit."},
	"BadDigest":                             {400, "The Content-MD5 you specified is not match."},
	"UnavailableForLegalReasons":            {451, "The appid is unavailable for legal reasons."},
	"BucketAccelerateNotEnabled":            {400, "Global acceleration is not enabled for the bucket."},
	"BucketAlreadyOwnedByYou":               {409, "The bucket you tried to create already exists and you own it."},
	"BucketNotEmpty":                        {409, "The bucket you tried to delete is not empty."},
	"BucketVersionNotOpen":                  {400, "Versioning was never enabled for the bucket."},
	"DownloadForbidden":                     {400, "The file type cannot be downloaded from the default domain."},
	"EntityTooLarge":                        {400, "Your proposed upload exceeds the maximum allowed object size."},
	"EntityTooSmall":                        {400, "Your proposed upload is smaller than the minimum allowed object size."},
	"ExpiredToken":                          {400, "The provided token has expired."},
	"FileAlreadyExists":                     {409, "The file already exists."},
	"IncompleteBody":                        {400, "You did not provide the number of bytes specified by the Content-Length header."},
	"InternalError":                         {500, "We encounted an internal error. Please try again."},
	"PathConflict":                          {409, "A conflicting operation on the same path is in progress. Try again."},
	"ServiceUnavailable":                    {503, "The server cannot handle the request at the moment."},
	"InvalidAccessKeyId":                    {403, "The access key Id format you provided is invalid."},
	"InvalidArgument":                       {400, "Invalid Argument."},
	"InvalidBucketName":                     {400, "The specified bucket name is not valid."},
	"InvalidCopySource":                     {400, "The copy source is not valid."},
	"InvalidDigest":                         {400, "The Content-MD5 you specified is not valid."},
	"InvalidLockedTime":                     {409, "The retention period can only be extended."},
	"InvalidObjectName":                     {400, "The specified object name is not valid."},
	"InvalidObjectState":                    {403, "The operation is not valid for the object storage class."},
	"InvalidPart":                           {400, "One or more of the specified parts could not be found."},
	"InvalidPartOrder":                      {400, "The list of parts was not in ascending order."},
	"InvalidRange":                          {416, "The requested range is not satisfiable."},
	"InvalidRequest":                        {400, "Invalid Request."},
	"InvalidTag":                            {400, "The tag is not valid."},
	"KeyTooLong":                            {400, "Your key is too long."},
	"KmsKeyDisabled":                        {400, "The kms key you provided is disabled"},
	"KmsKeyNotExist":                        {400, "The kms key you provided cannot be found in kms"},
	"MalformedXML":                          {400, "The XML you provided was not well-formed or did not validate against our published schema."},
	"MethodNotAllowed":                      {405, "The specified method is not allowed against this resource."},
	"MissingContentLength":                  {411, "You must provide the Content-Length HTTP header."},
	"NoSuchBucket":                          {404, "The specified bucket does not exist."},
	"NoSuchCopySource":                      {404, "The copy source does not exist."},
	"NoSuchEncryptionConfiguration":         {404, "The bucket has no encryption configuration."},
	"NoSuchLifecycleConfiguration":          {404, "The lifecycle configuration does not exist."},
	"ReplicationConfigurationnotFoundError": {404, "The replication configuration was not found."},
	"NoSuchKey":                             {404, "The specified key does not exist."},
	"NoSuchObjectLockConfiguration":         {404, "The object lock configuration does not exist."},
	"NoSuchTagSet":                          {404, "The tag set does not exist."},
	"NoSuchUpload":                          {404, "The specified multipart upload does not exist."},
	"NoSuchVersion":                         {404, "The specified version does not exist."},
	"NotSupportedStorageClass":              {400, "The storage class is not supported."},
	"ObjectLocked":                          {409, "The object is locked, you are not allowd to put/delete object or modify the metadata via copy object."},
	"PathStyleDomainForbidden":              {403, "The bucket you are attempting to access must be addressed using COS virtual-styled domain."},
	"PreconditionFailed":                    {412, "Precondition not match."},
	"RequestTimeout":                        {400, "Your socket connection to the server was not read from or written to within the timeout period."},
	"RequestTimeTooSkewed":                  {403, "The difference between the request time and the server's time is too large."},
	"RestoreAlreadyInProgress":              {409, "Object restore is already in progress."},
	"RestoreNonArchiveObject":               {405, "Only archived objects can be restored."},
	"SSEHeaderNotAllowed":                   {400, "The operation does not support the specified SSE header."},
	"SignatureDoesNotMatch":                 {403, "The Signature you specified is invalid."},
	"SlowDown":                              {503, "Please reduce your request rate."},
}

// fail returns the error of a code with its default message.
func fail(code string) *apiError {
	f, ok := failures[code]
	if !ok {
		f = failures["InternalError"]
	}
	return &apiError{status: f.status, code: code, message: f.message}
}

// failf returns the error of a code with a message of its own.
func failf(code, format string, args ...any) *apiError {
	e := fail(code)
	e.message = fmt.Sprintf(format, args...)
	return e
}

// errorBody is the XML that "Error Codes" documents, with the elements that a
// signature error adds.
type errorBody struct {
	XMLName      xml.Name `xml:"Error"`
	Code         string   `xml:"Code"`
	Message      string   `xml:"Message"`
	StringToSign string   `xml:"StringToSign,omitempty"`
	FormatString string   `xml:"FormatString,omitempty"`
	Resource     string   `xml:"Resource"`
	RequestID    string   `xml:"RequestId"`
	TraceID      string   `xml:"TraceId"`
	ServerTime   string   `xml:"ServerTime,omitempty"`
}

// asAPIError converts any error to a response. An error that is not an apiError
// is an InternalError of this server.
func asAPIError(err error) *apiError {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e
	}
	return fail("InternalError")
}

func (x *exchange) errorXML(e *apiError) []byte {
	body, err := xml.Marshal(errorBody{
		Code: e.code, Message: e.message, StringToSign: e.stringToSign, FormatString: e.formatString,
		Resource: x.resource(), RequestID: x.requestID, TraceID: x.traceID, ServerTime: e.serverTime,
	})
	if err != nil {
		return nil
	}
	return append([]byte("<?xml version='1.0' encoding='utf-8' ?>\n"), body...)
}

// writeError drains the request body and sends an error. A HEAD request and a 304
// get no XML body.
func (x *exchange) writeError(err error) {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = fail("InternalError")
		x.server.log.Error("request failed", "request_id", x.requestID, "error", err)
	}
	x.drain()
	h := x.header()
	for name, values := range e.header {
		h[name] = values
	}
	h.Set("X-Cos-Trace-Id", x.traceID)
	if e.status == http.StatusNotModified {
		x.w.WriteHeader(e.status)
		return
	}
	h.Set("Content-Type", "application/xml")
	if x.r.Method == http.MethodHead {
		h.Set("Content-Length", "0")
		x.w.WriteHeader(e.status)
		return
	}
	body := x.errorXML(e)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(e.status)
	_, _ = x.w.Write(body)
}
