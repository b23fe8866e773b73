package cosmock_test

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestCopyBetweenModes(t *testing.T) {
	key, err := sse.NewCustomerKey([]byte(otherKey))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]struct{ put, copy []string }{
		"plain":   {},
		"SSE-COS": {put: []string{hMode, "AES256"}},
		"SSE-KMS": {put: []string{hMode, "cos/kms"}},
		"SSE-C":   {put: triple(keyText), copy: sourceTriple(keyText)},
	}
	destinations := map[string]struct {
		headers []string
		want    sse.Mode
		key     sse.CustomerKey
	}{
		"nothing": {nil, sse.ModeNone, sse.CustomerKey{}},
		"SSE-COS": {[]string{hMode, "AES256"}, sse.ModeAES256, sse.CustomerKey{}},
		"SSE-KMS": {[]string{hMode, "cos/kms", hKMSID, "kms-1"}, sse.ModeKMS, sse.CustomerKey{}},
		"SSE-C":   {triple(otherKey), sse.ModeCustomer, key},
	}
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	r := newRaw(t, s)
	for from, source := range sources {
		for to, destination := range destinations {
			for _, inPlace := range []bool{false, true} {
				name := "/" + from + "-" + to
				r.do("PUT", name, "[Object Content]", source.put...).want(t, 200, "")
				headers := with(destination.headers, with(source.copy, "x-cos-copy-source", r.host+name)...)
				target := name + "-copy"
				if inPlace {
					target = name
					headers = with(headers, "x-cos-metadata-directive", "Replaced")
				}
				a := r.do("PUT", target, "", headers...)
				a.want(t, 200, "")
				var result struct{ ETag, CRC64, LastModified string }
				if err := xml.Unmarshal([]byte(a.body), &result); err != nil {
					t.Fatal(err)
				}
				if result.CRC64 != "16749565679157681890" || a.header.Get("X-Cos-Hash-Crc64ecma") != "" {
					t.Errorf("%s: %+v, %v", target, result, a.header)
				}
				o, _ := s.Object(s.Bucket(), target[1:])
				if o.Mode != destination.want || result.ETag != `"`+o.ETag+`"` {
					t.Errorf("%s is under %q with ETag %s", target, o.Mode, o.ETag)
				}
				got, err := o.Plaintext(destination.key)
				if err != nil || string(got) != "[Object Content]" {
					t.Errorf("%s is %q, %v", target, got, err)
				}
			}
		}
	}
}

func TestCopyTakesAlong(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/source", "x", "Content-Type", "text/plain", "x-cos-meta-a", "1", "x-cos-tagging", "t=1",
		"x-cos-storage-class", "STANDARD_IA", "x-cos-acl", "public-read", hMode, "AES256").want(t, 200, "")
	from := []string{"x-cos-copy-source", r.host + "/source"}
	tests := map[string]struct {
		headers []string
		want    cosmock.Object
	}{
		"by default metadata and tags": {
			headers: []string{"x-cos-meta-ignored", "1", "x-cos-tagging", "ignored=1"},
			want: cosmock.Object{
				Header: http.Header{"Content-Type": {"text/plain"}, "X-Cos-Meta-A": {"1"}},
				Tags:   map[string]string{"t": "1"}, Class: "STANDARD",
			},
		},
		"replaced": {
			headers: []string{"x-cos-metadata-directive", "Replaced", "x-cos-meta-b", "2", "x-cos-tagging-directive", "Replaced", "x-cos-tagging", "u=2"},
			want: cosmock.Object{
				Header: http.Header{"Content-Type": {"application/octet-stream"}, "X-Cos-Meta-B": {"2"}},
				Tags:   map[string]string{"u": "2"}, Class: "STANDARD",
			},
		},
		"stated": {
			headers: []string{"x-cos-storage-class", "ARCHIVE", "x-cos-acl", "private"},
			want: cosmock.Object{
				Header: http.Header{"Content-Type": {"text/plain"}, "X-Cos-Meta-A": {"1"}},
				Tags:   map[string]string{"t": "1"}, Class: "ARCHIVE", OwnACL: true,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r.do("PUT", "/copy", "", with(from, test.headers...)...).want(t, 200, "")
			o, _ := s.Object(s.Bucket(), "copy")
			got := cosmock.Object{Header: o.Header, Tags: o.Tags, Class: o.Class, OwnACL: o.OwnACL, PublicRead: o.PublicRead, Mode: o.Mode}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreUnexported(cosmock.Object{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusedCopies(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{CopySource: 10}})
	r := newRaw(t, s)
	if err := s.CreateBucket("far-1250000000", "eu-frankfurt"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutObject("far-1250000000", "plain", cosmock.NewObject{}); err != nil {
		t.Fatal(err)
	}
	r.do("PUT", "/plain", "x").want(t, 200, "")
	r.do("PUT", "/secret", "x", triple(keyText)...).want(t, 200, "")
	r.do("PUT", "/large", "0123456789+").want(t, 200, "")
	r.do("PUT", "/cold", "x", "x-cos-storage-class", "ARCHIVE").want(t, 200, "")
	past := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	source := func(key string, more ...string) []string {
		return with([]string{"x-cos-copy-source", r.host + "/" + key}, more...)
	}
	tests := map[string]struct {
		target  string
		headers []string
		status  int
		code    string
	}{
		"onto itself":               {"/plain", source("plain"), 400, "InvalidRequest"},
		"bad directive":             {"/c", source("plain", "x-cos-metadata-directive", "Replace"), 400, "InvalidArgument"},
		"no such key":               {"/c", source("none"), 404, "NoSuchCopySource"},
		"no such bucket":            {"/c", []string{"x-cos-copy-source", "none-1.cos.ap-guangzhou.myqcloud.com/k"}, 404, "NoSuchCopySource"},
		"no host and no slash":      {"/c", []string{"x-cos-copy-source", s.Bucket() + "/plain"}, 400, "InvalidCopySource"},
		"no host, no such bucket":   {"/c", []string{"x-cos-copy-source", "/none-1/plain"}, 404, "NoSuchCopySource"},
		"no host, other region":     {"/c", []string{"x-cos-copy-source", "/far-1250000000/plain"}, 404, "NoSuchCopySource"},
		"no key":                    {"/c", []string{"x-cos-copy-source", r.host + "/"}, 400, "InvalidCopySource"},
		"the bucket, by a key":      {"/c", []string{"x-cos-copy-source", r.host + "/a/.."}, 400, "InvalidCopySource"},
		"REPLACE of tags":           {"/c", source("plain", "x-cos-tagging-directive", "REPLACE"), 400, "InvalidArgument"},
		"SSE-C without key":         {"/c", source("secret"), 400, "SsecDecryptHeaderInvalid"},
		"SSE-C with another key":    {"/c", source("secret", sourceTriple(otherKey)...), 400, "SsecDecryptHeaderInvalid"},
		"SSE-C, destination's key":  {"/c", source("secret", triple(keyText)...), 400, "SsecDecryptHeaderInvalid"},
		"plain with a source key":   {"/c", source("plain", sourceTriple(keyText)...), 400, "SSEHeaderNotAllowed"},
		"too large":                 {"/c", source("large"), 400, "EntityTooLarge"},
		"archived":                  {"/c", source("cold"), 403, "InvalidObjectState"},
		"If-Match":                  {"/c", source("plain", "x-cos-copy-source-If-Match", `"other"`), 412, "PreconditionFailed"},
		"If-None-Match":             {"/c", source("plain", "x-cos-copy-source-If-None-Match", "*"), 412, "PreconditionFailed"},
		"If-Unmodified-Since":       {"/c", source("plain", "x-cos-copy-source-If-Unmodified-Since", past), 412, "PreconditionFailed"},
		"bad algorithm":             {"/c", source("plain", hMode, "AES-256"), 400, "InvalidArgument"},
		"forbidden overwrite":       {"/large", source("plain", "x-cos-forbid-overwrite", "true"), 409, "FileAlreadyExists"},
		"version that is not there": {"/c", []string{"x-cos-copy-source", r.host + "/plain?versionId=x"}, 404, "NoSuchCopySource"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r.do("PUT", test.target, "", test.headers...).want(t, test.status, test.code)
			if _, ok := s.Object(s.Bucket(), "c"); ok {
				t.Error("there is a copy")
			}
		})
	}
}

func TestCopyOfAnOldVersionAndOddKey(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	first := r.do("PUT", "/a%20b%2B%3F%2Fc", "first").header.Get("X-Cos-Version-Id")
	r.do("PUT", "/a%20b%2B%3F%2Fc", "second").want(t, 200, "")
	a := r.do("PUT", "/copy", "", "x-cos-copy-source", r.host+"/a%20b%2B%3F%2Fc?versionId="+first)
	a.want(t, 200, "")
	if a.header.Get("X-Cos-Copy-Source-Version-Id") != first || !strings.Contains(a.body, "<VersionId>") {
		t.Errorf("%v\n%s", a.header, a.body)
	}
	if got := r.do("GET", "/copy", "").body; got != "first" {
		t.Errorf("body is %q", got)
	}
}
