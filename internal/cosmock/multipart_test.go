package cosmock_test

import (
	"encoding/xml"
	"fmt"
	"hash/crc64"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func initiate(t *testing.T, r *raw, target string, headers ...string) string {
	t.Helper()
	a := r.do("POST", target+"?uploads", "", headers...)
	a.want(t, 200, "")
	var result struct {
		XMLName xml.Name `xml:"InitiateMultipartUploadResult"`
		ID      string   `xml:"UploadId"`
	}
	if err := xml.Unmarshal([]byte(a.body), &result); err != nil || result.ID == "" {
		t.Fatalf("%v in %s", err, a.body)
	}
	return result.ID
}

func putPart(t *testing.T, r *raw, target, id string, number int, body string, headers ...string) string {
	t.Helper()
	a := r.do("PUT", fmt.Sprintf("%s?partNumber=%d&uploadId=%s", target, number, id), body, headers...)
	a.want(t, 200, "")
	if got, want := a.header.Get("X-Cos-Hash-Crc64ecma"), crcOf(body); got != want {
		t.Errorf("CRC64 of part %d is %s, want %s", number, got, want)
	}
	return a.header.Get("Etag")
}

func crcOf(s string) string {
	return strconv.FormatUint(crc64.Checksum([]byte(s), crc64.MakeTable(crc64.ECMA)), 10)
}

// completion returns the body of Complete Multipart Upload from part numbers and
// ETags.
func completion(parts ...any) string {
	var b strings.Builder
	b.WriteString("<CompleteMultipartUpload>")
	for i := 0; i < len(parts); i += 2 {
		fmt.Fprintf(&b, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", parts[i], parts[i+1])
	}
	b.WriteString("</CompleteMultipartUpload>")
	return b.String()
}

func TestMultipartByMode(t *testing.T) {
	key, err := sse.NewCustomerKey([]byte(keyText))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		initiate, part []string
		key            sse.CustomerKey
		want           sse.Mode
	}{
		"plain":   {want: sse.ModeNone},
		"SSE-COS": {initiate: []string{hMode, "AES256"}, want: sse.ModeAES256},
		"SSE-KMS": {initiate: []string{hMode, "cos/kms", hKMSID, "kms-1"}, want: sse.ModeKMS},
		"SSE-C":   {initiate: triple(keyText), part: triple(keyText), key: key, want: sse.ModeCustomer},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}, Limits: cosmock.Limits{MinPart: 10}})
			r := newRaw(t, s)
			r.do("PUT", "/source", strings.Repeat("s", 100)).want(t, 200, "")
			id := initiate(t, r, "/a%2Fb", with(test.initiate, "Content-Type", "text/plain", "x-cos-tagging", "a=1")...)
			first := putPart(t, r, "/a%2Fb", id, 1, strings.Repeat("1", 70000), test.part...)
			copied := r.do("PUT", "/a%2Fb?partNumber=5&uploadId="+id, "", with(test.part,
				"x-cos-copy-source", r.host+"/source", "x-cos-copy-source-range", "bytes=10-29")...)
			copied.want(t, 200, "")
			var part struct {
				XMLName xml.Name `xml:"CopyPartResult"`
				ETag    string
			}
			if err := xml.Unmarshal([]byte(copied.body), &part); err != nil {
				t.Fatal(err)
			}
			putPart(t, r, "/a%2Fb", id, 7, "to be replaced", test.part...)
			last := putPart(t, r, "/a%2Fb", id, 7, "end", test.part...)
			putPart(t, r, "/a%2Fb", id, 9, "not listed", test.part...)
			a := r.do("POST", "/a%2Fb?uploadId="+id, completion(1, first, 5, part.ETag, 7, last))
			a.want(t, 200, "")
			if a.body[0] != ' ' || !strings.Contains(a.body, `xmlns="http://www.qcloud.com/document/product/436/7751"`) {
				t.Errorf("body is %q", a.body)
			}
			want := strings.Repeat("1", 70000) + strings.Repeat("s", 20) + "end"
			if got := a.header.Get("X-Cos-Hash-Crc64ecma"); got != crcOf(want) {
				t.Errorf("CRC64 is %s, want %s", got, crcOf(want))
			}
			o, ok := s.Object(s.Bucket(), "a/b")
			if !ok || o.Mode != test.want || o.Header.Get("Content-Type") != "text/plain" || o.Tags["a"] != "1" {
				t.Errorf("%+v", o)
			}
			if !regexp.MustCompile(`^[0-9a-f]{32}-3$`).MatchString(o.ETag) {
				t.Errorf("ETag is %s", o.ETag)
			}
			if got, err := o.Plaintext(test.key); err != nil || string(got) != want {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			get := r.do("GET", "/a%2Fb", "", with(test.part, "Range", "bytes=69999-70020")...)
			if want := "1" + strings.Repeat("s", 20) + "e"; get.body != want {
				t.Errorf("range is %q, want %q", get.body, want)
			}
			if left := s.Uploads(s.Bucket()); len(left) != 0 {
				t.Errorf("uploads are left: %q", left)
			}
			r.do("POST", "/a%2Fb?uploadId="+id, completion(1, first)).want(t, 404, "NoSuchUpload")
		})
	}
}

func TestRefusedParts(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{MinPart: 10, MaxPart: 20, Multipart: 25}})
	r := newRaw(t, s)
	plain, secret := initiate(t, r, "/plain"), initiate(t, r, "/secret", triple(keyText)...)
	kms := initiate(t, r, "/kms", hMode, "cos/kms")
	tests := map[string]struct {
		target, body string
		headers      []string
		strict       bool
		status       int
		code         string
	}{
		"no such upload":         {target: "/plain?partNumber=1&uploadId=none", status: 404, code: "NoSuchUpload"},
		"upload of another key":  {target: "/other?partNumber=1&uploadId=" + plain, status: 404, code: "NoSuchUpload"},
		"number 0":               {target: "/plain?partNumber=0&uploadId=" + plain, status: 400, code: "InvalidArgument"},
		"number 10001":           {target: "/plain?partNumber=10001&uploadId=" + plain, status: 400, code: "InvalidArgument"},
		"too large":              {target: "/plain?partNumber=1&uploadId=" + plain, body: strings.Repeat("x", 21), status: 400, code: "EntityTooLarge"},
		"SSE-C without its key":  {target: "/secret?partNumber=1&uploadId=" + secret, body: "x", status: 400, code: "InvalidArgument"},
		"SSE-C with another key": {target: "/secret?partNumber=1&uploadId=" + secret, body: "x", headers: triple(otherKey), status: 400, code: "SsecDecryptHeaderInvalid"},
		"SSE-C not initiated":    {target: "/plain?partNumber=1&uploadId=" + plain, body: "x", headers: triple(keyText), status: 400, code: "InvalidArgument"},
		"KMS key id tolerated":   {target: "/kms?partNumber=1&uploadId=" + kms, body: "x", headers: []string{hKMSID, cosmock.DefaultKMSKeyID}, status: 200},
		"KMS key id, strictly":   {target: "/kms?partNumber=1&uploadId=" + kms, body: "x", headers: []string{hKMSID, cosmock.DefaultKMSKeyID}, strict: true, status: 400, code: "SSEHeaderNotAllowed"},
		"Content-MD5":            {target: "/plain?partNumber=1&uploadId=" + plain, body: "x", headers: []string{"Content-MD5", "mQ/fVh815F3k6TAUm8m0eg=="}, status: 400, code: "BadDigest"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.Configure(func(u *cosmock.Undocumented) { u.StrictPartHeaders = test.strict })
			r.do("PUT", test.target, test.body, test.headers...).want(t, test.status, test.code)
		})
	}
}

func TestRefusedCompletions(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{MinPart: 10, Multipart: 45}})
	r := newRaw(t, s)
	id := initiate(t, r, "/k")
	one, two := putPart(t, r, "/k", id, 1, strings.Repeat("1", 20)), putPart(t, r, "/k", id, 2, strings.Repeat("2", 20))
	small, end := putPart(t, r, "/k", id, 3, "333"), putPart(t, r, "/k", id, 4, strings.Repeat("4", 20))
	tests := map[string]struct {
		body string
		code string
	}{
		"not XML":        {"<Complete", "MalformedXML"},
		"no parts":       {completion(), "MalformedXML"},
		"wrong order":    {completion(2, two, 1, one), "InvalidPartOrder"},
		"the same twice": {completion(1, one, 1, one), "InvalidPartOrder"},
		"missing part":   {completion(1, one, 9, two), "InvalidPart"},
		"wrong ETag":     {completion(1, one, 2, one), "InvalidPart"},
		"small in front": {completion(3, small, 4, end), "EntityTooSmall"},
		"too large":      {completion(1, one, 2, two, 4, end), "EntityTooLarge"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r.do("POST", "/k?uploadId="+id, test.body).want(t, 400, test.code)
		})
	}
	r.do("POST", "/k?uploadId="+id, completion(1, strings.Trim(one, `"`), 3, small)).want(t, 200, "")
}

func TestAbortAndLists(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	ids := map[string]string{}
	for _, key := range []string{"a", "b/1", "b/2", "c"} {
		ids[key] = initiate(t, r, "/"+strings.ReplaceAll(key, "/", "%2F"))
	}
	for n := 1; n <= 3; n++ {
		putPart(t, r, "/a", ids["a"], n, "x")
	}
	var parts struct {
		Part []struct {
			PartNumber int
			ETag       string
			Size       int
		}
		IsTruncated          bool
		NextPartNumberMarker int
	}
	a := r.do("GET", "/a?uploadId="+ids["a"]+"&max-parts=2&part-number-marker=0", "")
	if err := xml.Unmarshal([]byte(a.body), &parts); err != nil {
		t.Fatal(err)
	}
	if len(parts.Part) != 2 || !parts.IsTruncated || parts.NextPartNumberMarker != 2 || parts.Part[1].Size != 1 {
		t.Errorf("%+v", parts)
	}
	list := func(query string) (keys, prefixes []string, truncated bool, next string) {
		var result struct {
			Upload                        []struct{ Key, UploadId string }
			CommonPrefixs                 []struct{ Prefix []string }
			IsTruncated                   bool
			NextKeyMarker, UploadIdMarker string
		}
		a := r.do("GET", "/?uploads"+query, "")
		a.want(t, 200, "")
		if err := xml.Unmarshal([]byte(a.body), &result); err != nil {
			t.Fatal(err)
		}
		for _, u := range result.Upload {
			if u.UploadId != ids[u.Key] {
				t.Errorf("id of %s is %s", u.Key, u.UploadId)
			}
			keys = append(keys, u.Key)
		}
		for _, p := range result.CommonPrefixs {
			prefixes = append(prefixes, p.Prefix...)
		}
		return keys, prefixes, result.IsTruncated, result.NextKeyMarker
	}
	keys, prefixes, _, _ := list("&delimiter=%2F")
	if diff := cmp.Diff([][]string{{"a", "c"}, {"b/"}}, [][]string{keys, prefixes}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	keys, _, truncated, next := list("&max-uploads=3")
	if diff := cmp.Diff([]string{"a", "b/1", "b/2"}, keys); diff != "" || !truncated || next != "b/2" {
		t.Errorf("%v %s (-want +got):\n%s", truncated, next, diff)
	}
	if keys, _, _, _ = list("&key-marker=b%2F1"); !cmp.Equal([]string{"b/2", "c"}, keys) {
		t.Errorf("after b/1: %q", keys)
	}
	for _, strict := range []bool{false, true} {
		s.Configure(func(u *cosmock.Undocumented) { u.StrictArguments = strict })
		status, code := 200, ""
		if strict {
			status, code = 400, "InvalidArgument"
		}
		for _, n := range []string{"0", "1001"} {
			r.do("GET", "/a?uploadId="+ids["a"]+"&max-parts="+n, "").want(t, status, code)
		}
	}
	r.do("DELETE", "/a?uploadId="+ids["a"], "").want(t, 204, "")
	r.do("DELETE", "/a?uploadId="+ids["a"], "").want(t, 404, "NoSuchUpload")
	r.do("GET", "/a?uploadId="+ids["a"], "").want(t, 404, "NoSuchUpload")
	if left := s.Uploads(s.Bucket()); len(left) != 3 {
		t.Errorf("uploads are left: %q", left)
	}
}
