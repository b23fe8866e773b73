package cosmock_test

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	cos "github.com/tencentyun/cos-go-sdk-v5"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// start runs a server until the test ends.
func start(t *testing.T, opts cosmock.Options) *cosmock.Server {
	t.Helper()
	if opts.DataDir == "" {
		opts.DataDir = t.TempDir()
	}
	s, err := cosmock.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// sdkClient returns the official SDK, configured with the real host name of a
// bucket.
func sdkClient(t *testing.T, s *cosmock.Server) *cos.Client {
	t.Helper()
	bucketURL, err := url.Parse("https://" + s.Bucket() + ".cos." + s.Region() + ".myqcloud.com")
	if err != nil {
		t.Fatal(err)
	}
	transport := s.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	client := cos.NewClient(&cos.BaseURL{BucketURL: bucketURL, ServiceURL: &url.URL{Scheme: "https", Host: "service.cos.myqcloud.com"}}, &http.Client{
		Transport: &cos.AuthorizationTransport{SecretID: s.SecretID(), SecretKey: s.SecretKey(), Transport: transport},
	})
	client.Conf.RetryOpt.Count = 1
	return client
}

const (
	keyText  = "0123456789ABCDEF0123456789ABCDEF"
	otherKey = "0123456789abcdef0123456789abcdef"
)

func keyHeaders(key string) (algorithm, text, sum string) {
	md := md5.Sum([]byte(key))
	return "AES256", base64.StdEncoding.EncodeToString([]byte(key)), base64.StdEncoding.EncodeToString(md[:])
}

func TestSDKRoundTripByMode(t *testing.T) {
	algorithm, text, sum := keyHeaders(keyText)
	tests := map[string]struct {
		put  cos.ObjectPutHeaderOptions
		read cos.ObjectHeadOptions
		want map[string]string
	}{
		"without encryption": {},
		"SSE-COS": {
			put:  cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "AES256"},
			want: map[string]string{"X-Cos-Server-Side-Encryption": "AES256"},
		},
		"SSE-KMS with the default key": {
			put: cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "cos/kms"},
			want: map[string]string{
				"X-Cos-Server-Side-Encryption":                "cos/kms",
				"X-Cos-Server-Side-Encryption-Cos-Kms-Key-Id": cosmock.DefaultKMSKeyID,
			},
		},
		"SSE-KMS with a key and a context": {
			put: cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "cos/kms", XOptionHeader: &http.Header{
				"X-Cos-Server-Side-Encryption-Cos-Kms-Key-Id": {"kms-1"},
				"X-Cos-Server-Side-Encryption-Context":        {"eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0="},
			}},
			want: map[string]string{
				"X-Cos-Server-Side-Encryption":                "cos/kms",
				"X-Cos-Server-Side-Encryption-Cos-Kms-Key-Id": "kms-1",
			},
		},
		"SSE-C": {
			put:  cos.ObjectPutHeaderOptions{XCosSSECustomerAglo: algorithm, XCosSSECustomerKey: text, XCosSSECustomerKeyMD5: sum},
			read: cos.ObjectHeadOptions{XCosSSECustomerAglo: algorithm, XCosSSECustomerKey: text, XCosSSECustomerKeyMD5: sum},
			want: map[string]string{
				"X-Cos-Server-Side-Encryption-Customer-Algorithm": "AES256",
				"X-Cos-Server-Side-Encryption-Customer-Key-Md5":   sum,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
			client, ctx := sdkClient(t, s), context.Background()
			const key, body = "dir//a b+%/./ü", "[Object Content]"
			put, err := client.Object.Put(ctx, key, strings.NewReader(body), &cos.ObjectPutOptions{ObjectPutHeaderOptions: &test.put})
			if err != nil {
				t.Fatal(err)
			}
			head, err := client.Object.Head(ctx, key, &test.read)
			if err != nil {
				t.Fatal(err)
			}
			get, err := client.Object.Get(ctx, key, &cos.ObjectGetOptions{
				XCosSSECustomerAglo: test.read.XCosSSECustomerAglo, XCosSSECustomerKey: test.read.XCosSSECustomerKey,
				XCosSSECustomerKeyMD5: test.read.XCosSSECustomerKeyMD5,
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(get.Body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(body, string(got)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			for _, answer := range []*cos.Response{put, head, get} {
				echo := map[string]string{}
				for name := range answer.Header {
					if strings.HasPrefix(name, "X-Cos-Server-Side-Encryption") {
						echo[name] = answer.Header.Get(name)
					}
				}
				if test.want == nil {
					test.want = map[string]string{}
				}
				if diff := cmp.Diff(test.want, echo); diff != "" {
					t.Errorf("%s echoes (-want +got):\n%s", answer.Request.Method, diff)
				}
				if got, want := answer.Header.Get("X-Cos-Hash-Crc64ecma"), "16749565679157681890"; got != want {
					t.Errorf("%s: CRC64 is %s, want %s", answer.Request.Method, got, want)
				}
				if got, want := answer.Header.Get("Etag"), put.Header.Get("Etag"); got != want {
					t.Errorf("%s: ETag is %s, want %s", answer.Request.Method, got, want)
				}
			}
			if _, err := client.Object.Delete(ctx, key); err != nil {
				t.Error(err)
			}
			if ok, err := client.Object.IsExist(ctx, key); ok || err != nil {
				t.Errorf("after the deletion: %v, %v", ok, err)
			}
		})
	}
}
