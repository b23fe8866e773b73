package cosmock_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// The acceleration hosts serve the eleven operations that the documentation
// lists.
func TestAccelerationHosts(t *testing.T) {
	t.Parallel()
	const bucket = "lab-1250000000"
	list := `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part></CompleteMultipartUpload>`
	source := []string{"x-cos-copy-source", bucket + ".cos.ap-guangzhou.myqcloud.com/k"}
	for _, host := range []string{bucket + ".cos.accelerate.myqcloud.com", bucket + ".cos-internal.accelerate.tencentcos.cn"} {
		s := start(t, cosmock.Options{Accelerate: true})
		r := newRaw(t, s)
		r.do("PUT", "/k", "x").want(t, 200, "")
		r.host = host
		for _, test := range []struct {
			method, target, body string
			header               []string
			served               bool
		}{
			{"PUT", "/k", "y", nil, true},
			{"GET", "/k", "", nil, true},
			{"HEAD", "/k", "", nil, true},
			{"POST", "/k?uploads", "", nil, true},
			{"GET", "/?uploads", "", nil, true},
			{"PUT", "/k?partNumber=1&uploadId=u", "x", nil, true},
			{"GET", "/k?uploadId=u", "", nil, true},
			{"POST", "/k?uploadId=u", list, nil, true},
			{"DELETE", "/k?uploadId=u", "", nil, true},
			{"PUT", "/k", "", source, false},
			{"PUT", "/k?partNumber=1&uploadId=u", "", source, false},
			{"DELETE", "/k", "", nil, false},
			{"GET", "/k?acl", "", nil, false},
			{"PUT", "/k?acl", "", nil, false},
			{"GET", "/k?tagging", "", nil, false},
			{"PUT", "/k?tagging", "", nil, false},
			{"POST", "/k?restore", "", nil, false},
			{"GET", "/", "", nil, false},
			{"HEAD", "/", "", nil, false},
			{"GET", "/?versions", "", nil, false},
			{"GET", "/?encryption", "", nil, false},
			{"POST", "/?delete", "", nil, false},
		} {
			got := r.do(test.method, test.target, test.body, test.header...)
			refused := got.code() == "ActionAccelerateNotSupported" || test.method == "HEAD" && got.status == 400
			if refused == test.served {
				t.Errorf("%s %s %q at %s: %d %s", test.method, test.target, test.header, host, got.status, got.code())
			}
		}
		if _, ok := s.Object(bucket, "k"); !ok {
			t.Error("a refused DELETE deleted the object")
		}
	}
}

// A dedicated store serves only its own host names.
func TestDedicatedStore(t *testing.T) {
	const bucket = "lab-1250000000"
	own, public := bucket+".cluster-abc.cos-cdc.ap-guangzhou.myqcloud.com", bucket+".cos.ap-guangzhou.myqcloud.com"
	s := start(t, cosmock.Options{Dedicated: true, Domains: map[string]string{own: bucket}})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 404, "NoSuchBucket")
	r.host = own
	r.do("PUT", "/k", "x").want(t, 200, "")
	r.do("PUT", "/l", "", "x-cos-copy-source", public+"/k").want(t, 404, "NoSuchCopySource")
	r.do("PUT", "/l", "", "x-cos-copy-source", own+"/k").want(t, 200, "")
}

// The origin-pull rule responds to failed reads of objects according to its mode.
func TestOriginPull(t *testing.T) {
	const origin = "https://origin.example.com"
	type want struct {
		status   int
		location string
	}
	to := want{302, origin + "/missing%20key"}
	for name, test := range map[string]struct {
		rule           cosmock.OriginPull
		head, get, key want
	}{
		"none":                  {cosmock.OriginPull{}, want{404, ""}, want{404, ""}, want{400, ""}},
		"a redirect":            {cosmock.OriginPull{Origin: origin}, to, to, want{400, ""}},
		"a redirect for others": {cosmock.OriginPull{Origin: origin + "/", Statuses: []int{400}}, want{404, ""}, want{404, ""}, want{302, origin + "/secret"}},
		"asynchronous":          {cosmock.OriginPull{Origin: origin, Mode: cosmock.OriginAsync}, want{404, ""}, to, want{400, ""}},
		"an origin that fails":  {cosmock.OriginPull{Origin: origin, Mode: cosmock.OriginFailing}, want{404, ""}, want{424, ""}, want{400, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRaw(t, start(t, cosmock.Options{OriginPull: test.rule}))
			r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			r.do("PUT", "/secret", "x", triple(strings.Repeat("k", 32))...).want(t, 200, "")
			for _, request := range []struct {
				method, target string
				want           want
			}{
				{"HEAD", "/missing%20key", test.head},
				{"GET", "/missing%20key", test.get},
				{"HEAD", "/secret", test.key},
				{"GET", "/missing%20key?acl", want{404, ""}},
				{"DELETE", "/missing%20key", want{204, ""}},
			} {
				got := r.do(request.method, request.target, "")
				if answer := (want{got.status, got.header.Get("Location")}); answer != request.want {
					t.Errorf("%s %s: %v, want %v", request.method, request.target, answer, request.want)
				}
			}
		})
	}
}
