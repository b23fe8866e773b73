package cosclient

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestErrorIs(t *testing.T) {
	t.Parallel()
	sentinels := map[string]error{
		"NotFound": ErrNotFound, "NoSuchBucket": ErrNoSuchBucket, "NoSuchUpload": ErrNoSuchUpload, "Forbidden": ErrForbidden,
		"BadRequest": ErrBadRequest, "PreconditionFailed": ErrPreconditionFailed, "AlreadyExists": ErrAlreadyExists,
		"ObjectLocked": ErrObjectLocked, "NoObjectLock": ErrNoObjectLock, "InvalidLock": ErrInvalidLock, "PathStyle": ErrPathStyle, "Signature": ErrSignature, "ExpiredToken": ErrExpiredToken,
		"ClockSkew": ErrClockSkew, "ExpiredSignature": ErrExpiredSignature, "KMSKeyNotExist": ErrKMSKeyNotExist,
		"KMSKeyDisabled": ErrKMSKeyDisabled, "KMS": ErrKMS, "Throttled": ErrThrottled, "CustomerKey": ErrCustomerKey,
		"InvalidObjectState": ErrInvalidObjectState, "NotArchived": ErrNotArchived, "RestoreInProgress": ErrRestoreInProgress, "InvalidRange": ErrInvalidRange, "Corrupted": ErrCorrupted, "BodyChanged": ErrBodyChanged, "IdleTimeout": ErrIdleTimeout,
	}
	tests := map[string]struct {
		err  Error
		want []string
	}{
		"HEAD 404":             {Error{Op: "HeadObject", Status: 404}, []string{"NotFound"}},
		"GET 404":              {Error{Op: "GetObject", Status: 404}, []string{"NotFound"}},
		"404 of a listing":     {Error{Op: "GetBucket", Status: 404}, nil},
		"no key":               {Error{Op: "GetObject", Status: 404, Code: "NoSuchKey"}, []string{"NotFound"}},
		"no version":           {Error{Op: "DeleteObject", Status: 404, Code: "NoSuchVersion"}, []string{"NotFound"}},
		"no source":            {Error{Op: "PutObjectCopy", Status: 404, Code: "NoSuchCopySource"}, []string{"NotFound"}},
		"no bucket":            {Error{Op: "GetObject", Status: 404, Code: "NoSuchBucket"}, []string{"NoSuchBucket"}},
		"no upload":            {Error{Op: "UploadPart", Status: 404, Code: "NoSuchUpload"}, []string{"NoSuchUpload"}},
		"HEAD 403":             {Error{Op: "HeadObject", Status: 403}, []string{"Forbidden"}},
		"denied inside 200":    {Error{Op: "PutObjectCopy", Status: 200, Code: "AccessDenied"}, []string{"Forbidden"}},
		"HEAD 400":             {Error{Op: "HeadObject", Status: 400}, []string{"BadRequest"}},
		"412":                  {Error{Op: "PutObjectCopy", Status: 412, Code: "PreconditionFailed"}, []string{"PreconditionFailed"}},
		"condition inside 200": {Error{Op: "UploadPartCopy", Status: 200, Code: "PreconditionFailed"}, []string{"PreconditionFailed"}},
		"occupied":             {Error{Op: "PutObject", Status: 409, Code: "FileAlreadyExists"}, []string{"AlreadyExists"}},
		"locked":               {Error{Op: "PutObject", Status: 409, Code: "ObjectLocked"}, []string{"ObjectLocked"}},
		"no lock":              {Error{Op: "GetObjectRetention", Status: 404, Code: "NoSuchObjectLockConfiguration"}, []string{"NoObjectLock"}},
		"shortened":            {Error{Op: "PutObjectRetention", Status: 400, Code: "InvalidObjectLock"}, []string{"BadRequest", "InvalidLock"}},
		"shortened, 2022":      {Error{Op: "PutObjectRetention", Status: 409, Code: "InvalidLockedTime"}, []string{"InvalidLock"}},
		"another 409":          {Error{Op: "PutObject", Status: 409, Code: "PathConflict"}, nil},
		"path style":           {Error{Status: 403, Code: "PathStyleDomainForbidden"}, []string{"Forbidden", "PathStyle"}},
		"signature":            {Error{Status: 403, Code: "SignatureDoesNotMatch"}, []string{"Forbidden", "Signature"}},
		"secret id as message": {Error{Status: 403, Code: "AccessDenied", Message: "InvalidAccessKeyId"}, []string{"Forbidden", "Signature"}},
		"token":                {Error{Status: 400, Code: "ExpiredToken"}, []string{"BadRequest", "ExpiredToken"}},
		"skew":                 {Error{Status: 403, Code: "RequestTimeTooSkewed"}, []string{"ClockSkew", "Forbidden"}},
		"expired as message":   {Error{Status: 403, Code: "AccessDenied", Message: "Request has expired"}, []string{"ExpiredSignature", "Forbidden"}},
		"KMS key":              {Error{Status: 400, Code: "KmsKeyNotExist"}, []string{"BadRequest", "KMSKeyNotExist"}},
		"KMS key disabled":     {Error{Status: 400, Code: "KmsKeyDisabled"}, []string{"BadRequest", "KMSKeyDisabled"}},
		"KMS":                  {Error{Status: 400, Code: "KmsException"}, []string{"BadRequest", "KMS"}},
		"KMS throttles":        {Error{Status: 503, Code: "KmsFreqControl"}, []string{"KMS", "Throttled"}},
		"slow down":            {Error{Status: 503, Code: "SlowDown"}, []string{"Throttled"}},
		"not archived":         {Error{Op: "PostObjectRestore", Status: 405, Code: "RestoreNonArchiveObject"}, []string{"NotArchived"}},
		"being restored":       {Error{Op: "PostObjectRestore", Status: 409, Code: "RestoreAlreadyInProgress"}, []string{"RestoreInProgress"}},
		"416":                  {Error{Status: 416, Code: "InvalidRange"}, []string{"InvalidRange"}},
		"429":                  {Error{Status: 429}, []string{"Throttled"}},
		"customer key":         {Error{Status: 400, Code: "SsecDecryptHeaderInvalid"}, []string{"BadRequest", "CustomerKey"}},
		"archived":             {Error{Status: 403, Code: "InvalidObjectState"}, []string{"Forbidden", "InvalidObjectState"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			wrapped := fmt.Errorf("outer: %w", &tc.err)
			for name, sentinel := range sentinels {
				if errors.Is(wrapped, sentinel) {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want string
	}{
		"code and message": {
			&Error{Op: "HeadObject", Location: testObject, Status: 403, Code: "AccessDenied", Message: "Access Denied.", RequestID: "R"},
			"HeadObject cos://lab-1250000000/dir/a b.txt: 403 AccessDenied: Access Denied. (request id R)",
		},
		"nothing":      {&Error{Op: "HeadObject", Location: testObject, Status: 404}, "HeadObject cos://lab-1250000000/dir/a b.txt: 404 Not Found"},
		"code alone":   {&Error{Op: "GetBucket", Location: Location{Bucket: "b-1"}, Status: 400, Code: "X"}, "GetBucket cos://b-1: 400 X"},
		"reset":        {&TransportError{Op: "PutObject", Location: testObject, Err: &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}}, "PutObject cos://lab-1250000000/dir/a b.txt: connection reset"},
		"closed":       {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: io.ErrUnexpectedEOF}, "PutObject cos://b-1: the connection was closed before the answer was complete"},
		"idle":         {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: &idleError{30e9}}, "PutObject cos://b-1: no byte moved for 30s"},
		"body":         {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: &bodyError{fmt.Errorf("reading the body: %w", io.ErrUnexpectedEOF)}}, "PutObject cos://b-1: reading the body: unexpected EOF"},
		"cancelled":    {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: context.Canceled}, "PutObject cos://b-1: cancelled"},
		"unknown host": {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "h.example", IsNotFound: true}}}, "PutObject cos://b-1: the host h.example is unknown"},
		"refused":      {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: &net.OpError{Op: "dial", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 443}, Err: syscall.ECONNREFUSED}}, "PutObject cos://b-1: connection refused by 10.0.0.1:443"},
		"untrusted":    {&TransportError{Op: "PutObject", Location: Location{Bucket: "b-1"}, Err: x509.UnknownAuthorityError{}}, "PutObject cos://b-1: the connection is not secure: x509: certificate signed by unknown authority"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tc.err.Error(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
	if got := (&Error{Op: "HeadObject"}).Action(); got != "name/cos:HeadObject" {
		t.Errorf("action %s", got)
	}
}
