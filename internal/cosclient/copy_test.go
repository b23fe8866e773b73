package cosclient

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const copied = `<?xml version="1.0" encoding="UTF-8"?>
<CopyObjectResult><ETag>"e1"</ETag><CRC64>42</CRC64><LastModified>2020-04-10T18:20:30Z</LastModified><VersionId>V2</VersionId></CopyObjectResult>`

// cosHeaders returns the x-cos-* headers of a request except for the token, and
// the headers in more.
func cosHeaders(h http.Header, more ...string) map[string]string {
	got := map[string]string{}
	for name := range h {
		if len(name) > 6 && name[:6] == "X-Cos-" && name != "X-Cos-Security-Token" {
			got[name] = h.Get(name)
		}
	}
	for _, name := range more {
		if v := h.Get(name); v != "" {
			got[name] = v
		}
	}
	return got
}

func TestCopy(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	source := Location{Region: "ap-beijing", Bucket: "other-1250000000", Key: "a b/ü+%//c"}
	const named = "other-1250000000.cos.ap-beijing.myqcloud.com/"
	attributes := Attributes{ContentType: "text/plain", StorageClass: "STANDARD_IA", Metadata: map[string]string{"m": "1"}}
	tests := map[string]struct {
		in   CopyInput
		want map[string]string
	}{
		"everything of the source": {
			CopyInput{Source: source, Attributes: Attributes{ContentType: "not/sent"}},
			map[string]string{
				headerCopySource:        named + "a%20b%2F%C3%BC%2B%25%2F%2Fc",
				headerMetadataDirective: "Copy", headerTaggingDirective: "Copy",
			},
		},
		"the class is no metadata": {
			CopyInput{Source: source, Attributes: Attributes{StorageClass: "ARCHIVE"}},
			map[string]string{
				headerCopySource:        named + "a%20b%2F%C3%BC%2B%25%2F%2Fc",
				headerMetadataDirective: "Copy", headerTaggingDirective: "Copy", headerStorageClass: "ARCHIVE",
			},
		},
		"everything anew": {
			CopyInput{
				Source: source, SourceVersionID: "MTg0+/=", SourceKey: key, IfMatch: "e0", ReplaceMetadata: true, Attributes: attributes,
				Encryption: sse.Settings{Mode: sse.ModeAES256}, Tags: map[string]string{"t": "v"}, ACL: "public-read", Grants: []Grant{{"2", "READ"}}, ForbidOverwrite: true,
			},
			map[string]string{
				headerCopySource: named + "a%20b%2F%C3%BC%2B%25%2F%2Fc?versionId=MTg0%2B%2F%3D", headerCopySourceIfMatch: `"e0"`,
				headerMetadataDirective: "Replaced", headerTaggingDirective: "Replaced", headerTagging: "t=v",
				headerStorageClass: "STANDARD_IA", "X-Cos-Meta-M": "1", "Content-Type": "text/plain", headerACL: "public-read", "X-Cos-Grant-Read": `id="2"`, headerForbidOverwrite: "true",
				sse.HeaderMode: "AES256", sse.HeaderCopySourceCustomerAlgorithm: "AES256",
				sse.HeaderCopySourceCustomerKey: key.Base64(), sse.HeaderCopySourceCustomerKeyMD5: key.MD5(),
			},
		},
		"no tags": {
			CopyInput{Source: testObject, Tags: map[string]string{}, Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}},
			map[string]string{
				headerCopySource:        "lab-1250000000.cos.ap-guangzhou.myqcloud.com/dir/a%20b.txt",
				headerMetadataDirective: "Copy", headerTaggingDirective: "Replaced",
				sse.HeaderCustomerAlgorithm: "AES256", sse.HeaderCustomerKey: key.Base64(), sse.HeaderCustomerKeyMD5: key.MD5(),
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(200, copied, sse.HeaderMode, "AES256"))
			got, err := s.client(t).Copy(t.Context(), testObject, tc.in)
			if err != nil {
				t.Fatal(err)
			}
			want := Written{ETag: "e1", CRC64: "42", VersionID: "V2", RequestID: "REQ-1", Encryption: sse.Observed{Mode: sse.ModeAES256}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			r := s.seen()[0]
			if diff := cmp.Diff(tc.want, cosHeaders(r.Header, "Content-Type")); diff != "" {
				t.Error(diff)
			}
			if r.Method != http.MethodPut || r.Body != "" || r.Header.Get("Content-Length") != "0" {
				t.Errorf("%s with %q", r.Method, r.Body)
			}
		})
	}
}

func TestErrorsInsideASuccess(t *testing.T) {
	t.Parallel()
	failed := func(code string) http.HandlerFunc {
		return status(200, "  \n<?xml version='1.0'?><Error><Code>"+code+"</Code><Message>m</Message></Error>")
	}
	tests := map[string]struct {
		handlers []http.HandlerFunc
		requests int
		is       error
	}{
		"internal, then fine":    {[]http.HandlerFunc{failed("InternalError"), status(200, copied)}, 2, nil},
		"slow down, then fine":   {[]http.HandlerFunc{failed("SlowDown"), status(200, copied)}, 2, nil},
		"unavailable, then fine": {[]http.HandlerFunc{failed("ServiceUnavailable"), status(200, copied)}, 2, nil},
		"denied":                 {[]http.HandlerFunc{failed("AccessDenied")}, 1, ErrForbidden},
		"changed source":         {[]http.HandlerFunc{failed("PreconditionFailed")}, 1, ErrPreconditionFailed},
		"cut, then fine":         {[]http.HandlerFunc{status(200, copied[:60]), status(200, copied)}, 2, nil},
		"empty, then fine":       {[]http.HandlerFunc{status(200, " "), status(200, copied)}, 2, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handlers...)
			_, err := s.client(t).Copy(t.Context(), testObject, CopyInput{Source: testObject})
			if !errors.Is(err, tc.is) || len(s.seen()) != tc.requests {
				t.Errorf("error %v after %d requests, want %v after %d", err, len(s.seen()), tc.is, tc.requests)
			}
			var refused *Error
			if tc.is != nil && (!errors.As(err, &refused) || refused.Status != 200) {
				t.Errorf("%#v", err)
			}
		})
	}
}
