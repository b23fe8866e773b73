// Package oldsdk runs the official Go SDK of 2021, which deployed programs still
// use. It includes operations on large files that the provider does not use:
// resumable uploads and multipart copies.
package oldsdk

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tencentyun/cos-go-sdk-v5"
)

// client returns the SDK for the server's bucket.
func client(t *testing.T) (*cos.Client, string) {
	t.Helper()
	address := os.Getenv("COSMOCK_ADDRESS")
	if address == "" {
		t.Skip("the test of the folder above says where the server is")
	}
	pem, err := os.ReadFile(os.Getenv("COSMOCK_CA"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("the CA's certificate cannot be read")
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	host := os.Getenv("COSMOCK_BUCKET") + ".cos." + os.Getenv("COSMOCK_REGION") + ".myqcloud.com"
	c := cos.NewClient(&cos.BaseURL{BucketURL: &url.URL{Scheme: "https", Host: host}}, &http.Client{
		Transport: &cos.AuthorizationTransport{
			SecretID: os.Getenv("COSMOCK_SECRET_ID"), SecretKey: os.Getenv("COSMOCK_SECRET_KEY"), Transport: transport,
		},
	})
	return c, host
}

func read(t *testing.T, c *cos.Client, key string, opt *cos.ObjectGetOptions) ([]byte, http.Header) {
	t.Helper()
	resp, err := c.Object.Get(context.Background(), key, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body, resp.Header
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An interrupted upload resumes where it stopped, and a multipart copy is
// identical to its source.
func TestLargeFiles(t *testing.T) {
	c, host := client(t)
	ctx := context.Background()
	data := bytes.Repeat([]byte("0123456789abcdef"), 5<<20/16)
	file := filepath.Join(t.TempDir(), "large.bin")
	must(t, os.WriteFile(file, data, 0o600))
	begun, _, err := c.Object.InitiateMultipartUpload(ctx, "large", nil)
	must(t, err)
	_, err = c.Object.UploadPart(ctx, "large", begun.UploadID, 1, bytes.NewReader(data[:1<<20]), &cos.ObjectUploadPartOptions{ContentLength: 1 << 20})
	must(t, err)
	_, _, err = c.Object.Upload(ctx, "large", file, &cos.MultiUploadOptions{PartSize: 1, ThreadPoolSize: 3, CheckPoint: true, EnableVerification: true})
	must(t, err)
	if got, _ := read(t, c, "large", nil); !bytes.Equal(got, data) {
		t.Errorf("%d bytes were uploaded", len(got))
	}
	uploads, _, err := c.Bucket.ListMultipartUploads(ctx, nil)
	must(t, err)
	if len(uploads.Uploads) != 0 {
		t.Errorf("uploads are left: %+v", uploads.Uploads)
	}
	_, _, err = c.Object.MultiCopy(ctx, "copy", host+"/large", &cos.MultiCopyOptions{PartSize: 1, ThreadPoolSize: 2})
	must(t, err)
	if got, _ := read(t, c, "copy", nil); !bytes.Equal(got, data) {
		t.Errorf("%d bytes were copied", len(got))
	}
}

// Encryption by headers, by a customer key, and by the bucket's default
// encryption.
func TestEncryption(t *testing.T) {
	c, host := client(t)
	ctx := context.Background()
	raw := "0123456789ABCDEF0123456789ABCDEF"
	sum := md5.Sum([]byte(raw))
	key, keyMD5 := base64.StdEncoding.EncodeToString([]byte(raw)), base64.StdEncoding.EncodeToString(sum[:])

	_, err := c.Object.Put(ctx, "sse", strings.NewReader("body"), &cos.ObjectPutOptions{ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "AES256"}})
	must(t, err)
	if _, header := read(t, c, "sse", nil); header.Get("x-cos-server-side-encryption") != "AES256" {
		t.Errorf("SSE-COS shows %v", header)
	}
	_, err = c.Object.Put(ctx, "secret", strings.NewReader("body"), &cos.ObjectPutOptions{ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{
		XCosSSECustomerAglo: "AES256", XCosSSECustomerKey: key, XCosSSECustomerKeyMD5: keyMD5}})
	must(t, err)
	if _, err := c.Object.Get(ctx, "secret", nil); err == nil {
		t.Error("the object is read without its key")
	}
	got, _ := read(t, c, "secret", &cos.ObjectGetOptions{XCosSSECustomerAglo: "AES256", XCosSSECustomerKey: key, XCosSSECustomerKeyMD5: keyMD5})
	if string(got) != "body" {
		t.Errorf("with its key it is %q", got)
	}
	_, _, err = c.Object.Copy(ctx, "opened", host+"/secret", &cos.ObjectCopyOptions{ObjectCopyHeaderOptions: &cos.ObjectCopyHeaderOptions{
		XCosCopySourceSSECustomerAglo: "AES256", XCosCopySourceSSECustomerKey: key, XCosCopySourceSSECustomerKeyMD5: keyMD5}})
	must(t, err)
	if got, _ := read(t, c, "opened", nil); string(got) != "body" {
		t.Errorf("its copy is %q", got)
	}

	_, err = c.Bucket.PutEncryption(ctx, &cos.BucketPutEncryptionOptions{Rule: &cos.BucketEncryptionConfiguration{SSEAlgorithm: "AES256"}})
	must(t, err)
	rule, _, err := c.Bucket.GetEncryption(ctx)
	must(t, err)
	if rule.Rule == nil || rule.Rule.SSEAlgorithm != "AES256" {
		t.Errorf("the default is %+v", rule.Rule)
	}
	_, err = c.Object.Put(ctx, "by-default", strings.NewReader("body"), nil)
	must(t, err)
	if _, header := read(t, c, "by-default", nil); header.Get("x-cos-server-side-encryption") != "AES256" {
		t.Errorf("by default it shows %v", header)
	}
	_, err = c.Bucket.DeleteEncryption(ctx)
	must(t, err)
}

// Other properties of an object: headers, tags, ACL and listing.
func TestSurroundings(t *testing.T) {
	c, host := client(t)
	ctx := context.Background()
	const key = "中文/a b+c?.txt"
	_, err := c.Object.Put(ctx, key, strings.NewReader("body"), nil)
	must(t, err)
	_, _, err = c.Object.Copy(ctx, key, host+"/"+key, &cos.ObjectCopyOptions{ObjectCopyHeaderOptions: &cos.ObjectCopyHeaderOptions{
		XCosMetadataDirective: "Replaced", ContentType: "text/x-own", XCosMetaXXX: &http.Header{"X-Cos-Meta-A": {"1"}}}})
	must(t, err)
	head, err := c.Object.Head(ctx, key, nil)
	must(t, err)
	if head.Header.Get("Content-Type") != "text/x-own" || head.Header.Get("X-Cos-Meta-A") != "1" {
		t.Errorf("after the copy it has %v", head.Header)
	}
	_, err = c.Object.PutTagging(ctx, key, &cos.ObjectPutTaggingOptions{TagSet: []cos.ObjectTaggingTag{{Key: "a", Value: "1"}}})
	must(t, err)
	tags, _, err := c.Object.GetTagging(ctx, key)
	must(t, err)
	if len(tags.TagSet) != 1 || tags.TagSet[0].Value != "1" {
		t.Errorf("tags are %+v", tags.TagSet)
	}
	_, err = c.Object.PutACL(ctx, key, &cos.ObjectPutACLOptions{Header: &cos.ACLHeaderOptions{XCosACL: "public-read"}})
	must(t, err)
	acl, _, err := c.Object.GetACL(ctx, key)
	must(t, err)
	if len(acl.AccessControlList) != 2 {
		t.Errorf("the ACL is %+v", acl)
	}
	page, _, err := c.Bucket.Get(ctx, &cos.BucketGetOptions{Prefix: "中文/", EncodingType: "url"})
	must(t, err)
	if len(page.Contents) != 1 {
		t.Errorf("listed: %+v", page.Contents)
	}
	deleted, _, err := c.Object.DeleteMulti(ctx, &cos.ObjectDeleteMultiOptions{Objects: []cos.Object{{Key: key}, {Key: "none"}}})
	must(t, err)
	if len(deleted.DeletedObjects) != 2 || len(deleted.Errors) != 0 {
		t.Errorf("deleted: %+v", deleted)
	}
	if resp, err := c.Object.Head(ctx, key, nil); err == nil || resp.StatusCode != 404 {
		t.Errorf("it is still there: %v", err)
	}
}
