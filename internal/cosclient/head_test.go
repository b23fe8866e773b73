package cosclient

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestHead(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	modified := time.Date(2020, 4, 10, 18, 20, 30, 0, time.UTC)
	tests := map[string]struct {
		headers []string
		want    Info
	}{
		"everything": {
			[]string{
				"Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store", "Content-Disposition", "inline", "Content-Encoding", "gzip",
				"Content-Language", "de", "Expires", "Thu, 01 Dec 2044 16:00:00 GMT", headerStorageClass, "ARCHIVE", "x-cos-meta-Some-Name", "v",
				"Content-Length", "16", "ETag", exampleETag, headerCRC64, exampleCRC64, headerVersionID, "V1",
				"Last-Modified", modified.Format(http.TimeFormat), headerTaggingCount, "3", headerRestore, `ongoing-request="true"`,
				sse.HeaderCustomerAlgorithm, "AES256", sse.HeaderCustomerKeyMD5, key.MD5(),
			},
			Info{
				Attributes: Attributes{
					ContentType: "text/plain; charset=utf-8", CacheControl: "no-store", ContentDisposition: "inline", ContentEncoding: "gzip",
					ContentLanguage: "de", Expires: "Thu, 01 Dec 2044 16:00:00 GMT", StorageClass: "ARCHIVE", Metadata: map[string]string{"some-name": "v"},
				},
				Encryption: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: key.MD5()},
				ETag:       "ee8de918d05640145b18f70f4c3aa602", Length: 16, CRC64: exampleCRC64, VersionID: "V1", LastModified: modified,
				TaggingCount: 3, Restore: `ongoing-request="true"`, RequestID: "REQ-1",
			},
		},
		"the least": {
			[]string{"Content-Length", "0", "Content-Type", "", "ETag", `"e"`},
			Info{Attributes: Attributes{StorageClass: "STANDARD"}, ETag: "e", RequestID: "REQ-1"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(200, "", tc.headers...))
			got, err := s.client(t).Head(t.Context(), testObject, HeadInput{CustomerKey: key, VersionID: "V/1"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			r := s.seen()[0]
			if r.URI != "/dir/a%20b.txt?versionId=V%2F1" {
				t.Errorf("sent to %s", r.URI)
			}
			want := map[string]string{sse.HeaderCustomerAlgorithm: "AES256", sse.HeaderCustomerKey: key.Base64(), sse.HeaderCustomerKeyMD5: key.MD5()}
			if diff := cmp.Diff(want, cosHeaders(r.Header, "Accept-Encoding", "Expect", "Content-Length")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	refused := &Error{Op: "HeadObject", Location: testObject, Status: 404, RequestID: "HEAD-1"}
	other := errors.New("other")
	tests := map[string]struct {
		handler  http.HandlerFunc
		err      error
		requests int
		code     string
		is       error
	}{
		"no bucket":           {refusing(404, "NoSuchBucket"), refused, 1, "NoSuchBucket", ErrNoSuchBucket},
		"no key":              {refusing(404, "NoSuchKey"), refused, 1, "NoSuchKey", ErrNotFound},
		"it is there now":     {status(206, "x", "Content-Range", "bytes 0-0/1"), refused, 1, "", refused},
		"another status":      {refusing(403, "AccessDenied"), refused, 1, "", refused},
		"no body either":      {status(404, ""), refused, 1, "", refused},
		"out of order":        {status(503, ""), refused, 1, "", refused},
		"no answer":           {reset, refused, 1, "", refused},
		"an error of its own": {refusing(404, "NoSuchKey"), other, 0, "", other},
		"nothing to explain":  {refusing(404, "NoSuchKey"), &Error{Op: "HeadObject", Status: 404, Code: "NoSuchBucket"}, 0, "NoSuchBucket", ErrNoSuchBucket},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			err := s.client(t).Explain(t.Context(), testObject, HeadInput{VersionID: "V1"}, tc.err)
			if !errors.Is(err, tc.is) || len(s.seen()) != tc.requests {
				t.Errorf("error %v after %d requests", err, len(s.seen()))
			}
			var got *Error
			if errors.As(err, &got) && (got.Code != tc.code || got.Op != "HeadObject") {
				t.Errorf("%+v", got)
			}
			for _, r := range s.seen() {
				if r.Header.Get("Range") != "bytes=0-0" || r.URI != "/dir/a%20b.txt?versionId=V1" {
					t.Errorf("%s, Range %s", r.URI, r.Header.Get("Range"))
				}
			}
		})
	}
}
