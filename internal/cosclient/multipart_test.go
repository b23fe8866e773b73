package cosclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	begun     = `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>U/1+</UploadId></InitiateMultipartUploadResult>`
	partDone  = `<CopyPartResult><ETag>"p"</ETag><LastModified>2020-04-10T18:20:30Z</LastModified></CopyPartResult>`
	completed = `  <?xml version="1.0"?><CompleteMultipartUploadResult xmlns="http://www.qcloud.com/document/product/436/7751"><ETag>&quot;whole-3&quot;</ETag></CompleteMultipartUploadResult>`
)

func TestMultipartUpload(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	s := newServer(t,
		status(200, begun, sse.HeaderCustomerAlgorithm, "AES256", sse.HeaderCustomerKeyMD5, key.MD5()),
		status(200, "", "ETag", `"p2"`, headerCRC64, "1"), // corrupted, so it is retried
		status(200, "", "ETag", `"p2"`, headerCRC64, exampleCRC64),
		status(200, "", "ETag", `"p1"`, headerCRC64, exampleCRC64),
		status(200, completed, headerCRC64, "77", headerVersionID, "V1"),
	)
	c := s.client(t)
	up, err := c.InitiateMultipart(t.Context(), testObject, UploadInput{
		Attributes: Attributes{ContentType: "text/plain"}, Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key},
		Tags: map[string]string{"t": "v"}, ForbidOverwrite: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if up.ID != "U/1+" || up.Encryption.CustomerKeyMD5 != key.MD5() {
		t.Errorf("upload %+v", up)
	}
	opened := 0
	body := text(exampleBody)
	body.opened = &opened
	var parts []Part
	for _, n := range []int{2, 1} {
		p, err := c.UploadPart(t.Context(), up, n, body, exampleMD5)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p)
	}
	if diff := cmp.Diff([]Part{{2, "p2", exampleCRC64}, {1, "p1", exampleCRC64}}, parts); diff != "" {
		t.Error(diff)
	}
	if opened != 3 {
		t.Errorf("the body was opened %d times", opened)
	}
	got, err := c.CompleteMultipart(t.Context(), up, CompleteInput{Parts: parts, CRC64: "77"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Written{ETag: "whole-3", CRC64: "77", VersionID: "V1", RequestID: "REQ-1", Verified: true}, got); diff != "" {
		t.Error(diff)
	}

	triple := map[string]string{sse.HeaderCustomerAlgorithm: "AES256", sse.HeaderCustomerKey: key.Base64(), sse.HeaderCustomerKeyMD5: key.MD5()}
	with := func(m map[string]string, pairs ...string) map[string]string {
		out := map[string]string{}
		for k, v := range m {
			out[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
		return out
	}
	requests := s.seen()
	wantURI := []string{
		"POST /dir/a%20b.txt?uploads", "PUT /dir/a%20b.txt?partNumber=2&uploadId=U%2F1%2B", "PUT /dir/a%20b.txt?partNumber=2&uploadId=U%2F1%2B",
		"PUT /dir/a%20b.txt?partNumber=1&uploadId=U%2F1%2B", "POST /dir/a%20b.txt?uploadId=U%2F1%2B",
	}
	wantHeaders := []map[string]string{
		with(triple, "Content-Type", "text/plain", headerTagging, "t=v", headerForbidOverwrite, "true"),
		with(triple, "Content-Md5", exampleMD5), with(triple, "Content-Md5", exampleMD5), with(triple, "Content-Md5", exampleMD5),
		{headerForbidOverwrite: "true", "Content-Type": "application/xml"},
	}
	for i, r := range requests {
		if got := r.Method + " " + r.URI; got != wantURI[i] {
			t.Errorf("request %d is %s", i, got)
		}
		more := []string{"Content-Type", "Content-Md5"}
		if i == 4 {
			more = more[:1]
		}
		if diff := cmp.Diff(wantHeaders[i], cosHeaders(r.Header, more...)); diff != "" {
			t.Errorf("request %d: %s", i, diff)
		}
	}
	want := `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#34;p1&#34;</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&#34;p2&#34;</ETag></Part></CompleteMultipartUpload>`
	if requests[4].Body != want {
		t.Errorf("completed with %s", requests[4].Body)
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	up := Upload{Location: testObject, ID: "U"}
	tests := map[string]struct {
		handlers  []http.HandlerFunc
		crc       string
		landed    bool
		requests  int
		recovered bool
		is        error
	}{
		"another checksum":              {handlers: []http.HandlerFunc{status(200, completed, headerCRC64, "77")}, crc: "78", requests: 1, is: ErrCorrupted},
		"no checksum":                   {handlers: []http.HandlerFunc{status(200, completed)}, crc: "78", requests: 1},
		"lost, and it is there":         {handlers: []http.HandlerFunc{reset}, landed: true, requests: 1, recovered: true},
		"lost, then no such upload":     {handlers: []http.HandlerFunc{reset, refusing(404, "NoSuchUpload")}, requests: 2, is: ErrNoSuchUpload},
		"no such upload":                {handlers: []http.HandlerFunc{refusing(404, "NoSuchUpload")}, landed: true, requests: 1, is: ErrNoSuchUpload},
		"a part is invalid":             {handlers: []http.HandlerFunc{refusing(400, "InvalidPart")}, requests: 1, is: ErrBadRequest},
		"an error inside, then success": {handlers: []http.HandlerFunc{status(200, " <Error><Code>InternalError</Code></Error>"), status(200, completed)}, requests: 2},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handlers...)
			got, err := s.client(t).CompleteMultipart(t.Context(), up, CompleteInput{
				Parts: []Part{{1, "p", ""}}, CRC64: tc.crc, Landed: func(context.Context) (bool, error) { return tc.landed, nil },
			})
			if !errors.Is(err, tc.is) || len(s.seen()) != tc.requests || got.Recovered != tc.recovered {
				t.Errorf("recovered %t, error %v after %d requests", got.Recovered, err, len(s.seen()))
			}
			if errors.Is(err, ErrCorrupted) && got.ETag == "" {
				t.Error("what is stored is not told")
			}
		})
	}
}

// multipartServer is a minimal COS server for multipart copies.
type multipartServer struct {
	mu        sync.Mutex
	ranges    []string
	conds     []string
	headers   []map[string]string
	begin     map[string]string
	completes int
	aborts    int
	running   int
	most      int
	part      http.HandlerFunc
}

func (m *multipartServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case r.Method == http.MethodHead:
		for name, value := range map[string]string{
			"Content-Length": "10", "ETag": `"src"`, headerCRC64: "77", "Content-Type": "text/x-src", "X-Cos-Meta-A": "b",
			headerStorageClass: "ARCHIVE", headerTaggingCount: "1",
		} {
			w.Header().Set(name, value)
		}
	case q.Has("tagging"):
		_, _ = w.Write([]byte("<Tagging><TagSet><Tag><Key>k</Key><Value>v w</Value></Tag></TagSet></Tagging>"))
	case q.Has("uploads"):
		m.mu.Lock()
		m.begin = cosHeaders(r.Header, "Content-Type")
		m.mu.Unlock()
		_, _ = w.Write([]byte(begun))
	case r.Method == http.MethodPut:
		m.mu.Lock()
		m.running++
		m.most = max(m.most, m.running)
		m.ranges = append(m.ranges, q.Get("partNumber")+" "+r.Header.Get(headerCopySourceRange))
		m.conds = append(m.conds, r.Header.Get(headerCopySourceIfMatch))
		m.headers = append(m.headers, cosHeaders(r.Header))
		m.mu.Unlock()
		m.part(w, r)
		m.mu.Lock()
		m.running--
		m.mu.Unlock()
	case r.Method == http.MethodPost:
		m.completes++
		w.Header().Set(headerCRC64, "77")
		_, _ = w.Write([]byte(completed))
	case r.Method == http.MethodDelete:
		m.mu.Lock()
		m.aborts++
		m.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	}
}

func TestCopyMultipart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testCopyMultipart)
}

func testCopyMultipart(t *testing.T) {
	key := testKey(t)
	m := &multipartServer{part: func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Second) // all take the same time, so the maximum number of requests runs concurrently
		_, _ = w.Write([]byte(partDone))
	}}
	s := newPipeServer(t, m.ServeHTTP)
	in := CopyInput{
		Source: testObject, SourceKey: key, IfMatch: "src", ReplaceMetadata: true,
		Attributes: Attributes{ContentType: "text/new"}, Tags: map[string]string{},
		Encryption: sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "k"}, ACL: "private", Grants: []Grant{{"2", "READ"}}, ForbidOverwrite: true,
	}
	got, err := s.client(t).CopyMultipart(t.Context(), testObject, 10, in, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got.ETag != "whole-3" || got.CRC64 != "77" || m.completes != 1 || m.aborts != 0 || m.most != 2 {
		t.Errorf("%+v, %d completed, %d aborted, %d at a time", got, m.completes, m.aborts, m.most)
	}
	slices.Sort(m.ranges)
	if diff := cmp.Diff([]string{"1 bytes=0-2", "2 bytes=3-5", "3 bytes=6-8", "4 bytes=9-9"}, m.ranges); diff != "" {
		t.Error(diff)
	}
	wantPart := map[string]string{
		headerCopySource: "lab-1250000000.cos.ap-guangzhou.myqcloud.com/dir/a%20b.txt", headerCopySourceIfMatch: `"src"`,
		sse.HeaderCopySourceCustomerAlgorithm: "AES256", sse.HeaderCopySourceCustomerKey: key.Base64(), sse.HeaderCopySourceCustomerKeyMD5: key.MD5(),
	}
	for _, h := range m.headers {
		delete(h, headerCopySourceRange)
		if diff := cmp.Diff(wantPart, h); diff != "" {
			t.Error(diff)
		}
	}
	wantBegin := map[string]string{
		"Content-Type": "text/new", sse.HeaderMode: "cos/kms", sse.HeaderKMSKeyID: "k", "X-Cos-Grant-Read": `id="2"`, headerForbidOverwrite: "true",
	}
	if diff := cmp.Diff(wantBegin, m.begin); diff != "" {
		t.Error(diff)
	}
	if n := len(s.seen()); n != 6 {
		t.Errorf("%d requests", n)
	}
}

func TestCopyMultipartReadsTheSource(t *testing.T) {
	t.Parallel()
	m := &multipartServer{part: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(partDone)) }}
	s := newServer(t, m.ServeHTTP)
	c := s.client(t)
	if _, err := c.CopyMultipart(t.Context(), testObject, 10, CopyInput{Source: testObject, Attributes: Attributes{StorageClass: "STANDARD_IA"}}, 5, 4); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Content-Type": "text/x-src", "X-Cos-Meta-A": "b", headerTagging: "k=v%20w", headerStorageClass: "STANDARD_IA"}
	if diff := cmp.Diff(want, m.begin); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`"src"`, `"src"`}, m.conds); diff != "" {
		t.Error(diff)
	}
	_, err := c.CopyMultipart(t.Context(), testObject, 11, CopyInput{Source: testObject}, 5, 4)
	if !errors.Is(err, ErrPreconditionFailed) {
		t.Errorf("another size: %v", err)
	}
	_, err = c.CopyMultipart(t.Context(), testObject, 10, CopyInput{Source: testObject, IfMatch: "other"}, 5, 4)
	if !errors.Is(err, ErrPreconditionFailed) {
		t.Errorf("another ETag: %v", err)
	}
}

func TestAFailedCopyIsAborted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		part   http.HandlerFunc
		cancel bool
		is     error
	}{
		"a part is refused": {part: refusing(412, "PreconditionFailed"), is: ErrPreconditionFailed},
		"the caller leaves": {cancel: true, is: context.Canceled},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			m := &multipartServer{part: tc.part}
			if tc.cancel {
				m.part = func(w http.ResponseWriter, r *http.Request) { cancel(); stall(w, r) }
			}
			s := newServer(t, m.ServeHTTP)
			_, err := s.client(t).CopyMultipart(ctx, testObject, 100, CopyInput{Source: testObject, IfMatch: "src", ReplaceMetadata: true, Tags: map[string]string{}}, 1, 3)
			if !errors.Is(err, tc.is) {
				t.Errorf("error %v, want %v", err, tc.is)
			}
			if m.aborts != 1 || m.completes != 0 {
				t.Errorf("%d aborts, %d completions", m.aborts, m.completes)
			}
			if n := len(m.ranges); n > 6 {
				t.Errorf("%d parts were begun after the first failure", n)
			}
			if !strings.Contains(fmt.Sprint(err), "UploadPartCopy cos://") {
				t.Errorf("the error does not say where: %v", err)
			}
		})
	}
}

func TestAbortOfWhatIsGone(t *testing.T) {
	t.Parallel()
	s := newServer(t, refusing(404, "NoSuchUpload"))
	if err := s.client(t).AbortMultipart(t.Context(), Upload{Location: testObject, ID: "U"}); err != nil {
		t.Error(err)
	}
}
