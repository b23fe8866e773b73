package cosmock_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	cos "github.com/tencentyun/cos-go-sdk-v5"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// file writes a file of the given size.
func file(t *testing.T, size int) (path, content string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "file")
	content = strings.Repeat("0123456789abcdef", size/16)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, content
}

func TestSDKMultipartUpload(t *testing.T) {
	algorithm, text, sum := keyHeaders(keyText)
	key, err := sse.NewCustomerKey([]byte(keyText))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		options cos.ObjectPutHeaderOptions
		want    sse.Mode
		key     sse.CustomerKey
	}{
		"without encryption": {},
		"SSE-COS":            {options: cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "AES256"}, want: sse.ModeAES256},
		"SSE-KMS": {want: sse.ModeKMS, options: cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "cos/kms", XOptionHeader: &http.Header{
			"X-Cos-Server-Side-Encryption-Cos-Kms-Key-Id": {"kms-1"},
			"X-Cos-Server-Side-Encryption-Context":        {"eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0="},
			"X-Cos-Tagging":                               {"a=1"},
		}}},
		"SSE-C": {want: sse.ModeCustomer, key: key,
			options: cos.ObjectPutHeaderOptions{XCosSSECustomerAglo: algorithm, XCosSSECustomerKey: text, XCosSSECustomerKeyMD5: sum}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
			client, ctx := sdkClient(t, s), context.Background()
			path, content := file(t, 2<<20+16)
			for target, upload := range map[string]func(context.Context, string, string, *cos.MultiUploadOptions) (*cos.CompleteMultipartUploadResult, *cos.Response, error){
				"upload": client.Object.Upload, "dir/multi upload": client.Object.MultiUpload,
			} {
				options := test.options // the SDK modifies it
				_, _, err := upload(ctx, target, path, &cos.MultiUploadOptions{
					PartSize: 1, ThreadPoolSize: 3, OptIni: &cos.InitiateMultipartUploadOptions{ObjectPutHeaderOptions: &options},
				})
				if err != nil {
					t.Fatal(err)
				}
				o, ok := s.Object(s.Bucket(), target)
				if !ok || o.Mode != test.want || !strings.HasSuffix(o.ETag, "-3") {
					t.Errorf("%s: %v under %q, ETag %s", target, ok, o.Mode, o.ETag)
				}
				if got, err := o.Plaintext(test.key); err != nil || string(got) != content {
					t.Errorf("%s: %d bytes, %v", target, len(got), err)
				}
			}
		})
	}
}

func TestSDKDownload(t *testing.T) {
	s := start(t, cosmock.Options{})
	client, ctx := sdkClient(t, s), context.Background()
	path, content := file(t, 3<<20)
	if _, err := client.Object.PutFromFile(ctx, "k", path, nil); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "download")
	if _, err := client.Object.Download(ctx, "k", to, &cos.MultiDownloadOptions{PartSize: 1, ThreadPoolSize: 2}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err != nil || string(got) != content {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestSDKCopy(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{MinPart: 1}})
	client, ctx := sdkClient(t, s), context.Background()
	path, content := file(t, 3<<20)
	if _, err := client.Object.PutFromFile(ctx, "dir/source ü", path, nil); err != nil {
		t.Fatal(err)
	}
	source := client.BaseURL.BucketURL.Host + "/dir/source ü"
	algorithm, text, sum := keyHeaders(keyText)
	result, _, err := client.Object.Copy(ctx, "secret", source, &cos.ObjectCopyOptions{ObjectCopyHeaderOptions: &cos.ObjectCopyHeaderOptions{
		XCosSSECustomerAglo: algorithm, XCosSSECustomerKey: text, XCosSSECustomerKeyMD5: sum,
	}})
	if err != nil || result.CRC64 != crcOf(content) {
		t.Fatalf("%+v, %v", result, err)
	}
	_, _, err = client.Object.Copy(ctx, "secret", client.BaseURL.BucketURL.Host+"/secret", &cos.ObjectCopyOptions{ObjectCopyHeaderOptions: &cos.ObjectCopyHeaderOptions{
		XCosMetadataDirective: "Replaced", XCosServerSideEncryption: "AES256",
		XCosCopySourceSSECustomerAglo: algorithm, XCosCopySourceSSECustomerKey: text, XCosCopySourceSSECustomerKeyMD5: sum,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := s.Object(s.Bucket(), "secret"); o.Mode != sse.ModeAES256 {
		t.Errorf("mode is %q", o.Mode)
	}
	if _, _, err := client.Object.MultiCopy(ctx, "in-parts", source, &cos.MultiCopyOptions{PartSize: 1, ThreadPoolSize: 2}); err != nil {
		t.Fatal(err)
	}
	o, _ := s.Object(s.Bucket(), "in-parts")
	if got, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(got) != content {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "c"), Kind: cosmock.FaultErrorIn200})
	_, _, err = client.Object.Copy(ctx, "c", source, nil)
	if e, ok := errors.AsType[*cos.ErrorResponse](err); !ok || e.Code != "InternalError" {
		t.Errorf("error inside 200 is %v", err)
	}
}

func TestSDKListAndDelete(t *testing.T) {
	s := start(t, cosmock.Options{})
	client, ctx := sdkClient(t, s), context.Background()
	keys := []string{"a", "dir/1", "dir/2", "ü +"}
	for _, key := range keys {
		if _, err := client.Object.Put(ctx, key, strings.NewReader("x"), nil); err != nil {
			t.Fatal(err)
		}
	}
	result, _, err := client.Bucket.Get(ctx, &cos.BucketGetOptions{EncodingType: "url", MaxKeys: 3})
	if err != nil {
		t.Fatal(err)
	}
	if !result.IsTruncated || len(result.Contents) != 3 || result.Contents[0].ETag != `"9dd4e461268c8034f5c8564e155c67a6"` || result.Contents[0].Size != 1 {
		t.Errorf("%+v", result)
	}
	result, _, err = client.Bucket.Get(ctx, &cos.BucketGetOptions{Delimiter: "/", Prefix: "d"})
	if err != nil || !cmp.Equal(result.CommonPrefixes, []string{"dir/"}) {
		t.Errorf("%+v, %v", result, err)
	}
	deleted, _, err := client.Object.DeleteMulti(ctx, &cos.ObjectDeleteMultiOptions{Objects: []cos.Object{{Key: "a"}, {Key: "ü +"}, {Key: "none"}}})
	if err != nil || len(deleted.DeletedObjects) != 3 || len(deleted.Errors) != 0 {
		t.Errorf("%+v, %v", deleted, err)
	}
	if diff := cmp.Diff([]string{"dir/1", "dir/2"}, s.Keys(s.Bucket())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	service, _, err := client.Service.Get(ctx)
	if err != nil || len(service.Buckets) != 1 || service.Buckets[0].Name != s.Bucket() || service.Buckets[0].Region != s.Region() {
		t.Errorf("%+v, %v", service, err)
	}
	if ok, err := client.Bucket.IsExist(ctx); !ok || err != nil {
		t.Errorf("HEAD of the bucket: %v, %v", ok, err)
	}
}

func TestSDKTagsAndACL(t *testing.T) {
	s := start(t, cosmock.Options{})
	client, ctx := sdkClient(t, s), context.Background()
	if _, err := client.Object.Put(ctx, "k", strings.NewReader("x"), nil); err != nil {
		t.Fatal(err)
	}
	if none, _, err := client.Object.GetTagging(ctx, "k"); err != nil || len(none.TagSet) != 0 {
		t.Errorf("no tags: %+v, %v", none, err)
	}
	tags := []cos.ObjectTaggingTag{{Key: "a", Value: "1"}, {Key: "b b", Value: ""}}
	if _, err := client.Object.PutTagging(ctx, "k", &cos.ObjectPutTaggingOptions{TagSet: tags}); err != nil {
		t.Fatal(err)
	}
	got, _, err := client.Object.GetTagging(ctx, "k")
	if err != nil || !slices.Equal(got.TagSet, tags) {
		t.Errorf("%+v, %v", got, err)
	}
	head, err := client.Object.Head(ctx, "k", nil)
	if err != nil || head.Header.Get("X-Cos-Tagging-Count") != "2" {
		t.Errorf("%v, %v", head.Header, err)
	}
	if _, err := client.Object.DeleteTagging(ctx, "k"); err != nil {
		t.Fatal(err)
	}
	for _, acl := range []string{"default", "private", "public-read", "default"} {
		if acl != "default" || head == nil {
			head = nil
			if _, err := client.Object.PutACL(ctx, "k", &cos.ObjectPutACLOptions{Header: &cos.ACLHeaderOptions{XCosACL: acl}}); err != nil {
				t.Fatal(err)
			}
		}
		_, res, err := client.Object.GetACL(ctx, "k")
		if err != nil || res.Header.Get("X-Cos-Acl") != acl {
			t.Errorf("ACL is %q, want %q, %v", res.Header.Get("X-Cos-Acl"), acl, err)
		}
	}
	body := &cos.ACLXml{Owner: &cos.Owner{ID: "qcs::cam::uin/100000000001:uin/100000000001"}, AccessControlList: []cos.ACLGrant{{
		Grantee:    &cos.ACLGrantee{Type: "CanonicalUser", ID: "qcs::cam::uin/100000000009:uin/100000000009"},
		Permission: "READ",
	}}}
	if _, err := client.Object.PutACL(ctx, "k", &cos.ObjectPutACLOptions{Body: body}); err != nil {
		t.Fatal(err)
	}
	_, res, err := client.Object.GetACL(ctx, "k")
	if err != nil || res.Header.Get("X-Cos-Grant-Read") != `id="qcs::cam::uin/100000000009:uin/100000000009"` {
		t.Errorf("%v, %v", res.Header, err)
	}
	if _, err := client.Bucket.PutACL(ctx, &cos.BucketPutACLOptions{Header: &cos.ACLHeaderOptions{XCosACL: "public-read"}}); err != nil {
		t.Fatal(err)
	}
	if _, res, err = client.Bucket.GetACL(ctx); err != nil || res.Header.Get("X-Cos-Acl") != "public-read" {
		t.Errorf("%v, %v", res.Header, err)
	}
}

func TestSDKVersioning(t *testing.T) {
	s := start(t, cosmock.Options{})
	client, ctx := sdkClient(t, s), context.Background()
	if got, _, err := client.Bucket.GetVersioning(ctx); err != nil || got.Status != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := client.Bucket.PutVersioning(ctx, &cos.BucketPutVersionOptions{Status: "Enabled"}); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, body := range []string{"first", "second"} {
		res, err := client.Object.Put(ctx, "k", strings.NewReader(body), nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, res.Header.Get("X-Cos-Version-Id"))
	}
	res, err := client.Object.Get(ctx, "k", nil, ids[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(res.Body); string(got) != "first" {
		t.Errorf("first version is %q", got)
	}
	if _, err := client.Object.Delete(ctx, "k", &cos.ObjectDeleteOptions{VersionId: ids[1]}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Object.Delete(ctx, "k"); err != nil {
		t.Fatal(err)
	}
	versions, _, err := client.Bucket.GetObjectVersions(ctx, nil)
	if err != nil || len(versions.Version) != 1 || versions.Version[0].VersionId != ids[0] || len(versions.DeleteMarker) != 1 || !versions.DeleteMarker[0].IsLatest {
		t.Errorf("%+v, %v", versions, err)
	}
}

func TestSDKBucketEncryption(t *testing.T) {
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	client, ctx := sdkClient(t, s), context.Background()
	_, _, err := client.Bucket.GetEncryption(ctx)
	if e, ok := errors.AsType[*cos.ErrorResponse](err); !ok || e.Code != "NoSuchEncryptionConfiguration" || e.Response.StatusCode != 404 {
		t.Errorf("without one: %v", err)
	}
	tests := map[string]struct {
		rule cos.BucketEncryptionConfiguration
		code string
	}{
		"AES256":           {cos.BucketEncryptionConfiguration{SSEAlgorithm: "AES256"}, ""},
		"KMS":              {cos.BucketEncryptionConfiguration{SSEAlgorithm: "KMS", KMSMasterKeyID: "kms-1", KMSAlgorithm: "AES256"}, ""},
		"KMS, default key": {cos.BucketEncryptionConfiguration{SSEAlgorithm: "KMS"}, ""},
		"KMS, unknown key": {cos.BucketEncryptionConfiguration{SSEAlgorithm: "KMS", KMSMasterKeyID: "kms-9"}, "KmsKeyNotExist"},
		"as with objects":  {cos.BucketEncryptionConfiguration{SSEAlgorithm: "cos/kms"}, "InvalidArgument"},
		"SM4":              {cos.BucketEncryptionConfiguration{SSEAlgorithm: "SM4"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := client.Bucket.PutEncryption(ctx, &cos.BucketPutEncryptionOptions{Rule: &test.rule})
			if test.code != "" {
				if e, ok := errors.AsType[*cos.ErrorResponse](err); !ok || e.Code != test.code {
					t.Errorf("error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := client.Bucket.GetEncryption(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&test.rule, got.Rule); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := client.Bucket.DeleteEncryption(ctx); err != nil {
		t.Fatal(err)
	}
	if _, _, err = client.Bucket.GetEncryption(ctx); !cos.IsNotFoundError(err) {
		t.Errorf("after its deletion: %v", err)
	}
}

func TestSDKPresignedURL(t *testing.T) {
	s := start(t, cosmock.Options{})
	client, ctx := sdkClient(t, s), context.Background()
	if _, err := client.Object.Put(ctx, "dir/a b", strings.NewReader("body"), nil); err != nil {
		t.Fatal(err)
	}
	u, err := client.Object.GetPresignedURL(ctx, "GET", "dir/a b", s.SecretID(), s.SecretKey(), time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := newRaw(t, s)
	res, err := r.client.Get(u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, _ := io.ReadAll(res.Body); string(got) != "body" {
		t.Errorf("%d %s", res.StatusCode, got)
	}
}

// TestSDKRetries checks that the SDK recovers from temporary faults.
func TestSDKRetries(t *testing.T) {
	for _, kind := range []cosmock.FaultKind{cosmock.FaultSlowDown, cosmock.FaultInternalError, cosmock.FaultResetBefore, cosmock.FaultResetAfter, cosmock.FaultTruncate} {
		t.Run(string(kind), func(t *testing.T) {
			s := start(t, cosmock.Options{})
			client := sdkClient(t, s)
			client.Conf.RetryOpt.Count = 3
			arm(t, s, cosmock.Fault{Times: 2, Kind: kind})
			if _, err := client.Object.Put(context.Background(), "k", strings.NewReader("body"), nil); err != nil {
				t.Error(err)
			}
			if got := len(s.Requests()); got != 3 {
				t.Errorf("%d requests", got)
			}
		})
	}
	s := start(t, cosmock.Options{})
	client := sdkClient(t, s)
	arm(t, s, cosmock.Fault{Kind: cosmock.FaultWrongCRC})
	if _, err := client.Object.Put(context.Background(), "k", strings.NewReader("body"), nil); err == nil || !strings.Contains(err.Error(), "verification failed") {
		t.Errorf("a wrong CRC64: %v", err)
	}
}
