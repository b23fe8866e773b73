package cosmock_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestKeysAreTakenAsTheyAre(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	tests := map[string]struct {
		target string
		want   string
	}{
		"slash sent encoded":    {"/a%2Fb", "a/b"},
		"slash sent as it is":   {"/a/b2", "a/b2"},
		"two slashes":           {"/a//b", "a//b"},
		"dot segment":           {"/a/./b", "a/./b"},
		"dot dot segment":       {"/a/%2E%2E/b", "a/../b"},
		"percent":               {"/100%25", "100%"},
		"encoded percent sign":  {"/a%252Fb", "a%2Fb"},
		"plus":                  {"/a+b", "a+b"},
		"space":                 {"/a%20b", "a b"},
		"slash at the end":      {"/folder/", "folder/"},
		"unicode":               {"/%E8%85%BE%E8%AE%AF%E4%BA%91", "腾讯云"},
		"question mark":         {"/a%3Fb", "a?b"},
		"like a subresource":    {"/acl", "acl"},
		"850 bytes":             {"/" + strings.Repeat("k", 850), strings.Repeat("k", 850)},
		"apostrophe and braces": {"/a'(b)!*", "a'(b)!*"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r.do("PUT", test.target, name).want(t, 200, "")
			if _, ok := s.Object(s.Bucket(), test.want); !ok {
				t.Fatalf("there is no %q; there are %q", test.want, s.Keys(s.Bucket()))
			}
			if a := r.do("GET", test.target, ""); a.body != name {
				t.Errorf("body is %q", a.body)
			}
		})
	}
	for target, code := range map[string]string{
		"/" + strings.Repeat("k", 851): "KeyTooLong", "/%1B": "InvalidObjectName", "/%5Clead": "InvalidObjectName",
	} {
		r.do("PUT", target, "x").want(t, 400, code)
	}
	for _, target := range []string{"/%2Flead", "//lead"} {
		r.do("PUT", target, "x").want(t, 200, "")
		if _, ok := s.Object(s.Bucket(), "/lead"); !ok {
			t.Error("the leading slash is lost")
		}
		r.do("DELETE", target, "").want(t, 204, "")
	}
	s.Configure(func(u *cosmock.Undocumented) { u.LeadingSlashRefused = true })
	r.do("PUT", "//lead", "x").want(t, 400, "InvalidObjectName")
}

func TestPutObjectChecks(t *testing.T) {
	meta := func(n int) []string { return []string{"x-cos-meta-a", strings.Repeat("v", n-1)} }
	tests := map[string]struct {
		headers []string
		status  int
		code    string
	}{
		"Content-MD5":               {[]string{"Content-MD5", "7o3pGNBWQBRbGPcPTDqmAg=="}, 200, ""},
		"wrong Content-MD5":         {[]string{"Content-MD5", "mQ/fVh815F3k6TAUm8m0eg=="}, 400, "BadDigest"},
		"malformed Content-MD5":     {[]string{"Content-MD5", "7o3pGNBWQBRbGPcP"}, 400, "InvalidDigest"},
		"2 KB of metadata":          {meta(2048), 200, ""},
		"more than 2 KB":            {meta(2049), 400, "KeyTooLong"},
		"underscore in metadata":    {[]string{"x-cos-meta-a_b", "v"}, 400, "InvalidArgument"},
		"storage class":             {[]string{"x-cos-storage-class", "STANDARD_IA"}, 200, ""},
		"unknown storage class":     {[]string{"x-cos-storage-class", "GLACIER"}, 400, "NotSupportedStorageClass"},
		"ten tags":                  {[]string{"x-cos-tagging", "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=0"}, 200, ""},
		"eleven tags":               {[]string{"x-cos-tagging", "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=0&k=1"}, 400, "InvalidTag"},
		"longest tag":               {[]string{"x-cos-tagging", strings.Repeat("k", 127) + "=" + strings.Repeat("v", 255)}, 200, ""},
		"key of a tag too long":     {[]string{"x-cos-tagging", strings.Repeat("k", 128) + "=v"}, 400, "InvalidTag"},
		"value of a tag too long":   {[]string{"x-cos-tagging", "k=" + strings.Repeat("v", 256)}, 400, "InvalidTag"},
		"all signs of a tag":        {[]string{"x-cos-tagging", "a=%20%2B-_%3D.%3A%2F%40"}, 200, ""},
		"MAZ class":                 {[]string{"x-cos-storage-class", "MAZ_ARCHIVE"}, 200, ""},
		"malformed id of a grant":   {[]string{"x-cos-grant-read", `id="qcs::camuin/321023:uin/2779643970"`}, 400, "InvalidArgument"},
		"full id of a grant":        {[]string{"x-cos-grant-read", `id="qcs::cam::uin/100000000001:uin/100000000002"`}, 200, ""},
		"the same tag twice":        {[]string{"x-cos-tagging", "a=1&a=2"}, 400, "InvalidTag"},
		"a tag with odd characters": {[]string{"x-cos-tagging", "a=%21"}, 400, "InvalidTag"},
		"ACL":                       {[]string{"x-cos-acl", "public-read"}, 200, ""},
		"an ACL of buckets":         {[]string{"x-cos-acl", "public-read-write"}, 400, "InvalidArgument"},
		"grant":                     {[]string{"x-cos-grant-read", `id="100000000001",id="100000000002"`}, 200, ""},
		"malformed grant":           {[]string{"x-cos-grant-read", "me"}, 400, "InvalidArgument"},
		"traffic limit":             {[]string{"x-cos-traffic-limit", "819200"}, 200, ""},
		"traffic limit too low":     {[]string{"x-cos-traffic-limit", "1"}, 400, "InvalidArgument"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{})
			newRaw(t, s).do("PUT", "/k", "[Object Content]", test.headers...).want(t, test.status, test.code)
			if _, ok := s.Object(s.Bucket(), "k"); ok != (test.status == 200) {
				t.Errorf("there is an object: %v", ok)
			}
		})
	}
}

func TestPutObjectSizes(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{PutObject: 10}})
	r := newRaw(t, s)
	r.do("PUT", "/k", "0123456789").want(t, 200, "")
	r.do("PUT", "/k", "0123456789+").want(t, 400, "EntityTooLarge")
	chunked := func(body string) answer {
		req := r.request("PUT", "/chunked", struct{ *strings.Reader }{strings.NewReader(body)})
		r.sign(req)
		return r.send(req)
	}
	chunked("0123456789").want(t, 200, "")
	chunked("0123456789+").want(t, 400, "EntityTooLarge")
	if o, _ := s.Object(s.Bucket(), "chunked"); o.Size != 10 {
		t.Errorf("size is %d", o.Size)
	}
	req := r.request("PUT", "/empty", http.NoBody)
	r.sign(req)
	r.send(req).want(t, 200, "")
	if a := r.do("GET", "/empty", ""); a.body != "" || a.header.Get("Content-Length") != "0" {
		t.Errorf("%q, %v", a.body, a.header)
	}
}

func TestForbidOverwrite(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	const forbid = "x-cos-forbid-overwrite"
	r.do("PUT", "/k", "1", forbid, "true").want(t, 200, "")
	r.do("PUT", "/k", "2", forbid, "true").want(t, 409, "FileAlreadyExists")
	r.do("PUT", "/k", "2", forbid, "false").want(t, 200, "")
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningSuspended); err != nil {
		t.Fatal(err)
	}
	r.do("PUT", "/k", "3", forbid, "true").want(t, 200, "")
}

func TestHeadersOfHeadAndGet(t *testing.T) {
	clock := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	s := start(t, cosmock.Options{Now: func() time.Time { return clock }})
	r := newRaw(t, s)
	r.clock = func() time.Time { return clock }
	r.do("PUT", "/plain", "[Object Content]").want(t, 200, "")
	r.do("PUT", "/rich", "[Object Content]", "Content-Type", "text/plain", "Cache-Control", "no-cache", "Content-Disposition", "inline",
		"Content-Encoding", "identity", "Content-Language", "de", "Expires", "Thu, 01 Jan 2026 00:00:00 GMT", "x-cos-meta-a", "1",
		"x-cos-storage-class", "STANDARD_IA", "x-cos-tagging", "a=1&b=2").want(t, 200, "")
	common := http.Header{
		"Accept-Ranges": {"bytes"}, "Connection": {"keep-alive"}, "Content-Length": {"16"},
		"Content-Type": {"application/octet-stream"}, "Date": {"Fri, 02 Jan 2026 03:04:05 GMT"},
		"Etag": {`"ee8de918d05640145b18f70f4c3aa602"`}, "Last-Modified": {"Fri, 02 Jan 2026 03:04:05 GMT"},
		"Server": {"tencent-cos"}, "X-Cos-Hash-Crc64ecma": {"16749565679157681890"},
	}
	rich := common.Clone()
	for name, value := range map[string]string{
		"Content-Type": "text/plain", "Cache-Control": "no-cache", "Content-Disposition": "inline", "Content-Encoding": "identity",
		"Content-Language": "de", "Expires": "Thu, 01 Jan 2026 00:00:00 GMT", "X-Cos-Meta-A": "1",
		"X-Cos-Storage-Class": "STANDARD_IA", "X-Cos-Tagging-Count": "2",
	} {
		rich.Set(name, value)
	}
	for key, want := range map[string]http.Header{"plain": common, "rich": rich} {
		for _, method := range []string{"HEAD", "GET"} {
			a := r.do(method, "/"+key, "")
			if a.header.Get("X-Cos-Request-Id") == "" {
				t.Errorf("%s %s has no request id", method, key)
			}
			a.header.Del("X-Cos-Request-Id")
			if diff := cmp.Diff(want, a.header); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", method, key, diff)
			}
		}
	}
	if err := s.ForgetCRC64(s.Bucket(), "plain"); err != nil {
		t.Fatal(err)
	}
	if a := r.do("HEAD", "/plain", ""); a.header.Get("X-Cos-Hash-Crc64ecma") != "" {
		t.Error("the CRC64 is not forgotten")
	}
}

func TestRanges(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	large := strings.Repeat("0123456789abcdef", 3*4096+1) // slightly more than three chunks
	r.do("PUT", "/small", "[Object Content]").want(t, 200, "")
	r.do("PUT", "/large", large, triple(keyText)...).want(t, 200, "")
	tests := map[string]struct {
		header, key  string
		status       int
		want         string
		contentRange string
	}{
		"first and last":       {"bytes=8-14", "small", 206, "Content", "bytes 8-14/16"},
		"open end":             {"bytes=8-", "small", 206, "Content]", "bytes 8-15/16"},
		"suffix":               {"bytes=-4", "small", 206, "ent]", "bytes 12-15/16"},
		"longer than it is":    {"bytes=0-99", "small", 206, "[Object Content]", "bytes 0-15/16"},
		"one byte":             {"bytes=0-0", "small", 206, "[", "bytes 0-0/16"},
		"malformed":            {"bytes=x-y", "small", 200, "[Object Content]", ""},
		"other unit":           {"lines=1-2", "small", 200, "[Object Content]", ""},
		"past the end":         {"bytes=16-", "small", 416, "", ""},
		"across chunks":        {"bytes=65530-131080", "large", 206, large[65530:131081], fmt.Sprintf("bytes 65530-131080/%d", len(large))},
		"inside the last one":  {"bytes=196608-", "large", 206, large[196608:], fmt.Sprintf("bytes 196608-196623/%d", len(large))},
		"a whole chunk":        {"bytes=65536-131071", "large", 206, large[65536:131072], fmt.Sprintf("bytes 65536-131071/%d", len(large))},
		"several, not allowed": {"bytes=0-1,3-4", "small", 200, "[Object Content]", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			headers := []string{"Range", test.header}
			if test.key == "large" {
				headers = with(triple(keyText), headers...)
			}
			a := r.do("GET", "/"+test.key, "", headers...)
			if a.status != test.status {
				t.Fatalf("status is %d: %s", a.status, a.body)
			}
			if test.status == 416 {
				a.want(t, 416, "InvalidRange")
				return
			}
			if a.body != test.want || a.header.Get("Content-Range") != test.contentRange {
				t.Errorf("%d bytes, %s", len(a.body), a.header.Get("Content-Range"))
			}
			if test.key == "small" && a.header.Get("X-Cos-Hash-Crc64ecma") != "16749565679157681890" {
				t.Error("the CRC64 is not that of the whole object")
			}
		})
	}
}

func TestConditions(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "[Object Content]").want(t, 200, "")
	const etag = `"ee8de918d05640145b18f70f4c3aa602"`
	past, future := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	tests := map[string]struct {
		headers []string
		status  int
	}{
		"If-Match":                         {[]string{"If-Match", etag}, 200},
		"If-Match, other":                  {[]string{"If-Match", `"other"`}, 412},
		"If-Match, any":                    {[]string{"If-Match", "*"}, 200},
		"If-None-Match":                    {[]string{"If-None-Match", etag}, 304},
		"If-None-Match, other":             {[]string{"If-None-Match", `"other"`}, 200},
		"If-Modified-Since the past":       {[]string{"If-Modified-Since", past}, 200},
		"If-Modified-Since the future":     {[]string{"If-Modified-Since", future}, 304},
		"If-Unmodified-Since the past":     {[]string{"If-Unmodified-Since", past}, 412},
		"If-Unmodified-Since the future":   {[]string{"If-Unmodified-Since", future}, 200},
		"ETag outweighs date":              {[]string{"If-Match", etag, "If-Unmodified-Since", past}, 200},
		"none-match outweighs modified":    {[]string{"If-None-Match", `"other"`, "If-Modified-Since", future}, 200},
		"a date that cannot be read":       {[]string{"If-Modified-Since", "yesterday"}, 200},
		"match, but unchanged all the way": {[]string{"If-Match", etag, "If-None-Match", etag}, 304},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			get := r.do("GET", "/k", "", test.headers...)
			if get.status != test.status {
				t.Errorf("GET answers %d, want %d", get.status, test.status)
			}
			switch test.status {
			case 304:
				if get.body != "" || get.header.Get("Etag") != etag || get.header.Get("X-Cos-Hash-Crc64ecma") == "" {
					t.Errorf("%q %v", get.body, get.header)
				}
			case 412:
				get.want(t, 412, "PreconditionFailed")
			}
			if head := r.do("HEAD", "/k", "", test.headers...); head.status != test.status || head.body != "" {
				t.Errorf("HEAD answers %d, want %d", head.status, test.status)
			}
		})
	}
}

func TestOverridesAndForcedDownload(t *testing.T) {
	s := start(t, cosmock.Options{ForceDownload: true})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x", "Content-Disposition", "inline", "x-cos-acl", "public-read").want(t, 200, "")
	a := r.do("GET", "/k?response-content-type=text%2Fx&response-cache-control=max-age%3D1", "")
	for name, want := range map[string]string{
		"Content-Type": "text/x", "Cache-Control": "max-age=1", "Content-Disposition": "attachment", "X-Cos-Force-Download": "true",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	head := r.do("HEAD", "/k", "")
	if head.header.Get("Content-Disposition") != "inline" || head.header.Get("X-Cos-Force-Download") != "" {
		t.Errorf("HEAD: %v", head.header)
	}
	r.send(r.request("GET", "/k?response-content-type=text%2Fx", nil)).want(t, 400, "InvalidRequest")
	r.do("PUT", "/app.APK", "x").want(t, 200, "")
	r.do("GET", "/app.APK", "").want(t, 400, "DownloadForbidden")
}

func TestAddressing(t *testing.T) {
	s := start(t, cosmock.Options{Buckets: []string{"lab-1250000000", "other-1250000000"}})
	if err := s.CreateBucket("far-1250000000", "eu-frankfurt"); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(s.URL(), "https://")
	tests := map[string]struct {
		host, target string
		status       int
		code, bucket string
	}{
		"virtual host":          {"lab-1250000000.cos.ap-guangzhou.myqcloud.com", "/k", 200, "", "lab-1250000000"},
		"newer domain":          {"lab-1250000000.cos.ap-guangzhou.tencentcos.cn", "/k", 200, "", "lab-1250000000"},
		"inner domain":          {"lab-1250000000.cos-internal.ap-guangzhou.tencentcos.cn", "/k", 200, "", "lab-1250000000"},
		"upper case, port, dot": {"LAB-1250000000.cos.ap-guangzhou.myqcloud.com.:443", "/k", 200, "", "lab-1250000000"},
		"path style, region":    {"cos.ap-guangzhou.myqcloud.com", "/other-1250000000/k", 200, "", "other-1250000000"},
		"path style, address":   {address, "/other-1250000000/k", 200, "", "other-1250000000"},
		"without appid":         {"lab.cos.ap-guangzhou.myqcloud.com", "/k", 400, "InvalidRequest", ""},
		"without appid, path":   {"cos.ap-guangzhou.myqcloud.com", "/lab/k", 400, "InvalidRequest", ""},
		"unknown bucket":        {"nobody-1250000000.cos.ap-guangzhou.myqcloud.com", "/k", 404, "NoSuchBucket", ""},
		"wrong region":          {"far-1250000000.cos.ap-guangzhou.myqcloud.com", "/k", 404, "NoSuchBucket", ""},
		"acceleration, off":     {"lab-1250000000.cos.accelerate.myqcloud.com", "/k", 400, "BucketAccelerateNotEnabled", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRaw(t, s)
			req := r.request("PUT", test.target, strings.NewReader("x"))
			req.Host = test.host
			r.sign(req)
			r.send(req).want(t, test.status, test.code)
			if test.bucket == "" {
				return
			}
			if _, ok := s.Object(test.bucket, "k"); !ok {
				t.Error("the object is not in the bucket")
			}
			if err := s.DeleteObject(test.bucket, "k"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestRefusedPathStyle(t *testing.T) {
	s := start(t, cosmock.Options{RefusePathStyle: true})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 200, "")
	r.host = strings.TrimPrefix(s.URL(), "https://")
	r.do("GET", "/"+s.Bucket()+"/k", "").want(t, 403, "PathStyleDomainForbidden")
}
