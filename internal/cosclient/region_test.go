package cosclient

import (
	"errors"
	"net/http"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// How the bucket's region is determined, and the resulting error.
func TestBucketRegion(t *testing.T) {
	t.Parallel()
	const here = "ap-guangzhou"
	for name, tc := range map[string]struct {
		status           int
		code             string
		header, location string
		want             string
		wrong, notFound  bool
	}{
		"404 with another region":      {404, "NoSuchBucket", "ap-shanghai", "", "ap-shanghai", true, false},
		"a HEAD with another region":   {404, "", "ap-shanghai", "", "ap-shanghai", true, false},
		"404 with this region":         {404, "", here, "", "", false, true},
		"404 without":                  {404, "", "", "", "", false, true},
		"301 with a header":            {301, "PermanentRedirect", "ap-shanghai", "", "ap-shanghai", true, false},
		"307 with a place":             {307, "", "", "https://examplebucket-1250000000.cos.ap-shanghai.myqcloud.com/key?x=y", "ap-shanghai", true, false},
		"302 to the other domain":      {302, "", "", "https://examplebucket-1250000000.cos.ap-guangzhou.tencentcos.cn/key", "", true, false},
		"301 to somewhere, by no COS":  {301, "", "", "https://login.example.com/?password=canary", "", true, false},
		"301 to nowhere":               {301, "", "", "", "", true, false},
		"301 to what is no place":      {301, "", "", "%zz", "", true, false},
		"a header of nonsense":         {404, "", "<script>", "", "", false, true},
		"403 with a region is a 403":   {403, "AccessDenied", "ap-shanghai", "", "ap-shanghai", false, false},
		"a header before the location": {301, "", "ap-beijing", "https://b-1.cos.ap-shanghai.myqcloud.com/", "ap-beijing", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for k, v := range map[string]string{"X-Cos-Bucket-Region": tc.header, "Location": tc.location} {
				if v != "" {
					h.Set(k, v)
				}
			}
			e := (&Client{}).newError(&request{op: opHead, loc: Location{Region: here, Bucket: "examplebucket-1250000000", Key: "key"}}, &answer{status: tc.status, header: h, scrub: newScrubber(http.Header{}, credentials.Value{}, nil, nil)}, refusal{Code: tc.code})
			if e.BucketRegion != tc.want || errors.Is(e, ErrWrongRegion) != tc.wrong || errors.Is(e, ErrNotFound) != tc.notFound {
				t.Errorf("region %q, wrong %t, absent %t", e.BucketRegion, errors.Is(e, ErrWrongRegion), errors.Is(e, ErrNotFound))
			}
		})
	}
}
