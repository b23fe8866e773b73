package cosclient

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocationURL(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"a.txt":         "a.txt",
		"dir/a b+c.txt": "dir/a%20b%2Bc.txt",
		"腾讯云":           "%E8%85%BE%E8%AE%AF%E4%BA%91",
		"100%/?#&":      "100%25/%3F%23%26",
		"folder/":       "folder/",
		"a//b":          "a%2F%2Fb",
		"/a":            "/a",
		"//a//b":        "//a%2F%2Fb",
	} {
		loc := Location{Region: "ap-beijing", Bucket: "examplebucket-1250000000", Key: key}
		if got, want := loc.URL(), "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/"+want; got != want {
			t.Errorf("%q: got %s, want %s", key, got, want)
		}
	}
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	const bucket = "examplebucket-1250000000"
	type parsed struct {
		region, key, version string
	}
	for text, want := range map[string]parsed{
		"https://" + bucket + ".cos.ap-beijing.myqcloud.com/a.txt":                             {"ap-beijing", "a.txt", ""},
		"HTTPS://" + strings.ToUpper(bucket) + ".COS.AP-BEIJING.MYQCLOUD.COM/A.txt":            {"ap-beijing", "A.txt", ""},
		"https://" + bucket + ".cos.ap-beijing.myqcloud.com:443/a%20b+c":                       {"ap-beijing", "a b+c", ""},
		"https://" + bucket + ".cos.ap-beijing.tencentcos.cn/dir/a":                            {"ap-beijing", "dir/a", ""},
		"https://" + bucket + ".cos-internal.ap-beijing.tencentcos.cn/dir%2Fa":                 {"ap-beijing", "dir/a", ""},
		"https://" + bucket + ".cos.accelerate.myqcloud.com/a":                                 {"", "a", ""},
		"https://" + bucket + ".cos-internal.accelerate.tencentcos.cn/a":                       {"", "a", ""},
		"https://" + bucket + ".cluster-abc.cos-cdc.ap-beijing.myqcloud.com/a":                 {"ap-beijing", "a", ""},
		"https://" + bucket + ".cos.ap-beijing.cloud.example.com/a":                            {"ap-beijing", "a", ""},
		"https://" + bucket + ".cos.ap-beijing.myqcloud.com/a?versionId=MTg0":                  {"ap-beijing", "a", "MTg0"},
		"https://" + bucket + ".cos.ap-beijing.myqcloud.com/a?q-ak=x&VersionId=1%2B&versionid": {"ap-beijing", "a", "1+"},
		"https://" + bucket + ".cos.ap-beijing.myqcloud.com/a%3FversionId=1":                   {"ap-beijing", "a?versionId=1", ""},
		"cos://" + bucket + "/a%20b?versionId=1#c":                                             {"", "a%20b?versionId=1#c", ""},
		"cos://" + bucket + "/a//b":                                                            {"", "a//b", ""},
		"cos://" + bucket + "//a":                                                              {"", "/a", ""},
		"https://" + bucket + ".cos.ap-beijing.myqcloud.com//a":                                {"ap-beijing", "/a", ""},
	} {
		loc, version, err := ParseURL(text)
		if got := (parsed{loc.Region, loc.Key, version}); err != nil || got != want || loc.Bucket != bucket {
			t.Errorf("%s: got %q of %q, %v; want %q", text, got, loc.Bucket, err, want)
		}
	}
}

func TestParseURLRefuses(t *testing.T) {
	t.Parallel()
	const host = "examplebucket-1250000000.cos.ap-beijing.myqcloud.com"
	const secret = "0123456789abcdef"
	for text, says := range map[string]string{
		"":                                "https:// or cos://",
		host + "/a":                       "https:// or cos://",
		"http://" + host + "/a":           "https:// or cos://",
		"https:" + host + "/a":            "https:// or cos://",
		"s3://examplebucket-1250000000/a": "https:// or cos://",
		"https://" + host + "/%zz":        "not a URL",
		"https://" + host:                 "the key is empty",
		"https://" + host + "/":           "the key is empty",
		"https://" + host + "//":          "names the bucket",
		"https://" + host + "/..":         "names a directory",
		"https://" + host + "/a/%2e%2E/":  "names a directory",
		"https://" + host + "/a%2F.%2Fb":  "names a directory",
		"https://" + host + "/a#b":        "%23",
		"https://" + host + ":8443/a":     "443",
		"https://u:p@" + host + "/a":      "user name",
		"https://example.com/a":           "COS's own",
		"https://cos.ap-beijing.myqcloud.com/examplebucket-1250000000/a":             "COS's own",
		"https://examplebucket-1250000000.cos-website.ap-beijing.myqcloud.com/a":     "COS's own",
		"https://x.examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a":           "COS's own",
		"https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com.example.com/a": "COS's own",
		"https://examplebucket-1250000000.cos.ap-beijing.tencentcos.cn.example/a":    "COS's own",
		"https://examplebucket-1250000000.cos.nowhere.cloud.example.com/a":           "COS's own",
		"https://examplebucket-1250000000.cos.ap-beijing.example/a":                  "COS's own",
		"https://examplebucket-1250000000.files.example.com/a":                       "COS's own",
		"https://cluster-abc.cos-cdc.ap-beijing.myqcloud.com/a":                      "COS's own",
		"https://examplebucket-1250000000.cos-cdc.ap-beijing.myqcloud.com/a":         "COS's own",
		"https://x.examplebucket-1250000000.c.cos-cdc.ap-beijing.myqcloud.com/a":     "COS's own",
		"https://examplebucket.cos.ap-beijing.myqcloud.com/a":                        "APPID",
		"https://examplebucket-1250000000.cos..myqcloud.com/a":                       "COS's own",
		"https://" + host + "/a?versionId=1&VersionId=2":                             "two versions",
		"cos://examplebucket-1250000000":                                             "the key is empty",
		"cos:///a":                                                                   "APPID",
		"cos://ap-beijing:examplebucket-1/a":                                         "APPID",
		"http://" + host + "/a?q-signature=" + secret:                                "https://",
		"https://" + host + "/%?q-signature=" + secret:                               "not a URL",
	} {
		loc, version, err := ParseURL(text)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v %q, %v; want an error with %q", text, loc, version, err, says)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error quotes a signature: %v", text, err)
		}
	}
}

// Every addressable object can be parsed from its URL.
func FuzzLocationURL(f *testing.F) {
	for _, key := range []string{"a", "a//b", "/a", "//a//b/", "...", "%2F", "+ ?#&=;", "腾讯云/🔑", "a\\b", "folder/", "~'()*!"} {
		f.Add("ap-guangzhou", "examplebucket-1250000000", key)
	}
	f.Fuzz(func(t *testing.T, region, bucket, key string) {
		loc := Location{Region: region, Bucket: bucket, Key: key}
		if loc.Validate() != nil || region == accelerate {
			return
		}
		got, version, err := ParseURL(loc.URL())
		if err != nil || got != loc || version != "" {
			t.Errorf("%s: got %q %q, %v; want %q", loc.URL(), got, version, err, loc)
		}
	})
}

// No text causes a panic, and every accepted address is valid.
func FuzzParseURL(f *testing.F) {
	for _, text := range []string{
		"https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/dir%2Fa?versionId=1",
		"https://examplebucket-1250000000.cos.accelerate.tencentcos.cn/a", "cos://examplebucket-1250000000/a", "https://[::1]/a", "https://h/%", "cos://",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		loc, _, err := ParseURL(text)
		if err != nil {
			return
		}
		if loc.Region == "" {
			loc.Region = sampleRegion
		}
		if again, _, err := ParseURL(loc.URL()); err != nil || again != loc {
			t.Errorf("%q is %q, whose address is %q, %v", text, loc, again, err)
		}
	})
}

// What is understood as an endpoint is one scheme and one host, for every bucket.
func FuzzParseEndpoint(f *testing.F) {
	for _, text := range []string{"", DefaultEndpoint, "https://127.0.0.1:9000", "http://{bucket}.example.com", "https://u:p@h", "https://[::1]:1", "{region}", "https://h/%", "cos.ap-guangzhou.myqcloud.com"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseEndpoint(text)
		if err != nil {
			return
		}
		again, err := ParseEndpoint(e.String())
		if err != nil || again.Secure() != e.Secure() || again.String() != e.String() {
			t.Fatalf("%q is read as %s, and that as %s, %v", text, e, again, err)
		}
		host, _ := e.address("GetObject", sampleRegion, "lab-1250000000")
		if u, err := url.Parse("https://" + host + "/k"); err != nil || u.Host != host || u.User != nil || u.Path != "/k" {
			t.Errorf("%q makes the host %q", text, host)
		}
	})
}
