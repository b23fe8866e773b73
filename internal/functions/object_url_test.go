package functions_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

func TestObjectURL(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		bucket, region, key string
		want                outcome
		says                string
	}{
		"plain":            {bucket, "ap-beijing", "dir/a.txt", outcome{Text: "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/dir/a.txt"}, ""},
		"awkward":          {bucket, "ap-beijing", "a b/c+d?e", outcome{Text: "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a%20b/c%2Bd%3Fe"}, ""},
		"empty segment":    {bucket, "ap-beijing", "a//b", outcome{Text: "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a%2F%2Fb"}, ""},
		"no appid":         {"examplebucket", "ap-beijing", "a", outcome{Argument: 1}, "The bucket"},
		"no region":        {bucket, "", "a", outcome{Argument: 2}, "ap-guangzhou"},
		"accelerate":       {bucket, "accelerate", "a", outcome{Argument: 2}, "ap-guangzhou"},
		"a host as region": {bucket, "ap-beijing.example.com/", "a", outcome{Argument: 2}, "ap-guangzhou"},
		"no key":           {bucket, "ap-beijing", "", outcome{Argument: 3}, "The key is empty"},
		"a leading slash":  {bucket, "ap-beijing", "/a", outcome{Text: "https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com//a"}, ""},
		"a dot segment":    {bucket, "ap-beijing", "a/../", outcome{Argument: 3}, "names a directory"},
		"slashes alone":    {bucket, "ap-beijing", "//", outcome{Argument: 3}, "names the bucket"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := call(t, "object_url", str(tc.bucket), str(tc.region), str(tc.key))
			if diff := cmp.Diff(tc.want, outcomeOf(t, value, err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), tc.says) {
				t.Errorf("the error is %q", err.Error())
			}
		})
	}
}

// parts returns the attributes of a parse_object_url result; a null is "null".
func parts(t testing.TB, value attr.Value) map[string]string {
	t.Helper()
	object, ok := value.(types.Object)
	if !ok {
		t.Fatalf("the result is a %T", value)
	}
	texts := map[string]string{}
	for name, value := range object.Attributes() {
		texts[name] = value.String()
	}
	return texts
}

func TestParseObjectURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]map[string]string{
		"https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/dir/a%20b?versionId=MTg0": {
			"bucket": `"examplebucket-1250000000"`, "region": `"ap-beijing"`, "key": `"dir/a b"`, "version_id": `"MTg0"`},
		"https://examplebucket-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com/a": {
			"bucket": `"examplebucket-1250000000"`, "region": `"ap-beijing"`, "key": `"a"`, "version_id": "<null>"},
		"https://examplebucket-1250000000.cos.ap-beijing.cloud.example.com//a": {
			"bucket": `"examplebucket-1250000000"`, "region": `"ap-beijing"`, "key": `"/a"`, "version_id": "<null>"},
		"https://examplebucket-1250000000.cos.accelerate.tencentcos.cn/a": {
			"bucket": `"examplebucket-1250000000"`, "region": "<null>", "key": `"a"`, "version_id": "<null>"},
		"cos://examplebucket-1250000000/a%20b": {
			"bucket": `"examplebucket-1250000000"`, "region": "<null>", "key": `"a%20b"`, "version_id": "<null>"},
	} {
		value, err := call(t, "parse_object_url", str(url))
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if diff := cmp.Diff(want, parts(t, value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
	}
}

func TestParseObjectURLRefuses(t *testing.T) {
	t.Parallel()
	const signature = "q-signature=0123456789abcdef"
	for url, says := range map[string]string{
		"": "https:// or cos://",
		"http://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a?" + signature:          "https:// or cos://",
		"https://example.com/a?" + signature:                                                  "COS's own",
		"https://examplebucket.cos.ap-beijing.myqcloud.com/a?" + signature:                    "APPID",
		"https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/?" + signature:          "The key is empty",
		"https://%zz?" + signature:                                                            "not a URL",
		"https://examplebucket-1250000000.cos.ap-beijing.myqcloud.com/a/%2e%2e/?" + signature: "names a directory",
		"cos://examplebucket-1250000000/./":                                                   "names a directory",
	} {
		_, err := call(t, "parse_object_url", str(url))
		if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != 0 || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), signature) {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// parse_object_url parses every result of object_url.
func FuzzObjectURL(f *testing.F) {
	for _, key := range []string{"a", "a//b", "/a", "..a", "腾讯云 🔑", "%2F+ ?#", "a\\b"} {
		f.Add("examplebucket-1250000000", "ap-guangzhou", key)
	}
	f.Fuzz(func(t *testing.T, bucket, region, key string) {
		value, err := call(t, "object_url", str(bucket), str(region), str(key))
		valid := cosclient.Location{Region: region, Bucket: bucket, Key: key}.Validate() == nil
		if err != nil {
			return // invalid arguments are tested separately
		}
		if !valid {
			t.Fatalf("made an address of %q in %q", key, bucket)
		}
		url := outcomeOf(t, value, nil).Text
		parsed, err := call(t, "parse_object_url", str(url))
		if err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		want := types.ObjectValueMust(
			map[string]attr.Type{"bucket": types.StringType, "region": types.StringType, "key": types.StringType, "version_id": types.StringType},
			map[string]attr.Value{"bucket": str(bucket), "region": str(region), "key": str(key), "version_id": types.StringNull()})
		if !parsed.Equal(want) {
			t.Errorf("%s: got %s, want %s", url, parsed, want)
		}
	})
}
