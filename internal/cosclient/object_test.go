package cosclient

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestHead(t *testing.T) {
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

func TestDelete(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		want    Deleted
		is      error
	}{
		"gone":       {status(204, ""), Deleted{RequestID: "REQ-1"}, nil},
		"200":        {status(200, ""), Deleted{RequestID: "REQ-1"}, nil},
		"a marker":   {status(204, "", headerDeleteMarker, "true", headerVersionID, "V9"), Deleted{VersionID: "V9", DeleteMarker: true, RequestID: "REQ-1"}, nil},
		"no key":     {refusing(404, "NoSuchKey"), Deleted{RequestID: "REQ-1"}, nil},
		"no version": {refusing(404, "NoSuchVersion"), Deleted{RequestID: "REQ-1"}, nil},
		"no bucket":  {refusing(404, "NoSuchBucket"), Deleted{}, ErrNoSuchBucket},
		"locked":     {refusing(409, "ObjectLocked"), Deleted{}, ErrObjectLocked},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			got, err := s.client(t).Delete(t.Context(), testObject, DeleteInput{VersionID: "V1"})
			if !errors.Is(err, tc.is) || got != tc.want {
				t.Errorf("%+v, %v", got, err)
			}
			if r := s.seen()[0]; r.Method != "DELETE" || r.URI != "/dir/a%20b.txt?versionId=V1" {
				t.Errorf("%s %s", r.Method, r.URI)
			}
		})
	}
}

func TestGetRange(t *testing.T) {
	const body = "[Object Content]"
	part := func(first, last int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/16", first, last))
			status(206, body[first:last+1], "ETag", exampleETag)(w, r)
		}
	}
	tests := map[string]struct {
		handler        http.HandlerFunc
		offset, length int64
		header, want   string
		fails          bool
	}{
		"all":                    {status(200, body), 0, -1, "", body, false},
		"the beginning":          {part(0, 3), 0, 4, "bytes=0-3", "[Obj", false},
		"the middle":             {part(8, 14), 8, 7, "bytes=8-14", "Content", false},
		"the end":                {part(8, 15), 8, -1, "bytes=8-", "Content]", false},
		"the beginning, ignored": {status(200, body), 0, 4, "bytes=0-3", "[Obj", false},
		"the middle, ignored":    {status(200, body), 8, 4, "bytes=8-11", "", true},
		"another range":          {part(0, 3), 8, 4, "bytes=8-11", "", true},
		"past the end":           {refusing(416, "InvalidRange"), 16, 1, "bytes=16-16", "", true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			r, info, err := s.client(t, func(cfg *Config) { cfg.MaxRetries = 0 }).GetRange(t.Context(), testObject, HeadInput{}, tc.offset, tc.length)
			if (err != nil) != tc.fails {
				t.Fatalf("error %v", err)
			}
			if got := s.seen()[0].Header.Get("Range"); got != tc.header {
				t.Errorf("Range %q", got)
			}
			if tc.fails {
				return
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != tc.want || info.Length != 16 {
				t.Errorf("read %q of %d, %v", got, info.Length, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestExplain(t *testing.T) {
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

func TestTags(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		want    map[string]string
		is      error
	}{
		"two":       {status(200, `<Tagging><TagSet><Tag><Key>a</Key><Value>1 &amp; 2</Value></Tag><Tag><Key>b</Key><Value/></Tag></TagSet></Tagging>`), map[string]string{"a": "1 & 2", "b": ""}, nil},
		"empty set": {status(200, `<Tagging><TagSet/></Tagging>`), map[string]string{}, nil},
		"no set":    {refusing(404, "NoSuchTagSet"), map[string]string{}, nil},
		"no key":    {refusing(404, "NoSuchKey"), nil, ErrNotFound},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handler)
			got, err := s.client(t).Tags(t.Context(), testObject, "V1")
			if !errors.Is(err, tc.is) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if r := s.seen()[0]; r.URI != "/dir/a%20b.txt?tagging&versionId=V1" {
				t.Error(r.URI)
			}
		})
	}
}

func TestPutTags(t *testing.T) {
	s := newServer(t, status(200, ""), status(204, ""))
	c := s.client(t)
	if err := c.PutTags(t.Context(), testObject, "", map[string]string{"b": "2", "a": "<&>"}); err != nil {
		t.Fatal(err)
	}
	if err := c.PutTags(t.Context(), testObject, "V1", nil); err != nil {
		t.Fatal(err)
	}
	put, del := s.seen()[0], s.seen()[1]
	const body = `<Tagging><TagSet><Tag><Key>a</Key><Value>&lt;&amp;&gt;</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag></TagSet></Tagging>`
	if put.Method != "PUT" || put.URI != "/dir/a%20b.txt?tagging" || put.Body != body || len(put.Header.Get("Content-Md5")) != 24 {
		t.Errorf("%s %s: %s", put.Method, put.URI, put.Body)
	}
	if del.Method != "DELETE" || del.URI != "/dir/a%20b.txt?tagging&versionId=V1" || del.Body != "" {
		t.Errorf("%s %s: %s", del.Method, del.URI, del.Body)
	}
}

func TestACL(t *testing.T) {
	const owner = "qcs::cam::uin/1:uin/1"
	grant := func(who, permission string) string {
		return "<Grant><Grantee>" + who + "</Grantee><Permission>" + permission + "</Permission></Grant>"
	}
	policy := func(grants string) string {
		return "<AccessControlPolicy><Owner><ID>" + owner + "</ID></Owner><AccessControlList>" + grants + "</AccessControlList></AccessControlPolicy>"
	}
	own := grant("<ID>"+owner+"</ID>", "FULL_CONTROL")
	everyone := "<URI>" + groupAllUsers + "</URI>"
	tests := map[string]struct{ header, body, want string }{
		"inherited":        {"default", policy(own + grant(everyone, "READ")), "default"},
		"private":          {"", policy(own), "private"},
		"public":           {"", policy(own + grant(everyone, "READ")), "public-read"},
		"authenticated":    {"", policy(own + grant("<URI>"+groupAuthenticated+"</URI>", "READ")), "authenticated-read"},
		"public write":     {"", policy(own + grant(everyone, "READ") + grant(everyone, "WRITE")), ""},
		"someone else":     {"", policy(own + grant("<ID>qcs::cam::uin/2:uin/2</ID>", "READ")), ""},
		"the bucket owner": {"bucket-owner-read", policy(own + grant("<ID>qcs::cam::uin/2:uin/2</ID>", "READ")), "bucket-owner-read"},
		"the header lies":  {"private", policy(own + grant(everyone, "READ")), "public-read"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(200, tc.body, headerACL, tc.header))
			got, err := s.client(t).ACL(t.Context(), testObject)
			if err != nil || got != tc.want {
				t.Errorf("%q, %v, want %q", got, err, tc.want)
			}
			if r := s.seen()[0]; r.Method != "GET" || r.URI != "/dir/a%20b.txt?acl" {
				t.Errorf("%s %s", r.Method, r.URI)
			}
		})
	}
	s := newServer(t, status(200, ""))
	if err := s.client(t).PutACL(t.Context(), testObject, "public-read"); err != nil {
		t.Fatal(err)
	}
	if r := s.seen()[0]; r.Method != "PUT" || r.URI != "/dir/a%20b.txt?acl" || r.Header.Get(headerACL) != "public-read" || r.Body != "" {
		t.Errorf("%s %s %s", r.Method, r.URI, r.Body)
	}
}
