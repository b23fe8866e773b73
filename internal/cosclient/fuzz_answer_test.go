package cosclient

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// fuzzedServer answers every request with the same bytes.
type fuzzedServer struct {
	status int
	header string // lines of name: value
	body   string
}

// RoundTrip implements http.RoundTripper. A header or body that says {KEY},
// {TOKEN} or {SIGNED} quotes what was sent.
func (s fuzzedServer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	echo := strings.NewReplacer("{KEY}", r.Header.Get(sse.HeaderCustomerKey), "{TOKEN}", testToken, "{SIGNED}", r.Header.Get("Authorization"))
	header := http.Header{}
	for line := range strings.Lines(echo.Replace(s.header)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		name, value = textproto.CanonicalMIMEHeaderKey(name), strings.TrimSpace(value)
		// net/http delivers no other names and values.
		if ok && name != "" && !strings.ContainsFunc(name+value, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			header.Add(name, value)
		}
	}
	body := echo.Replace(s.body)
	length := int64(len(body))
	if r.Method == http.MethodHead {
		body = ""
	}
	return &http.Response{
		StatusCode: s.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: length, Request: r,
	}, nil
}

// operations are all calls that read an answer. Each returns what the caller
// gets, and what is wrong with it.
var operations = []struct {
	name string
	call func(context.Context, *Client, sse.CustomerKey) (result any, wrong string, err error)
}{
	{"Head", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		info, err := c.Head(ctx, testObject, HeadInput{CustomerKey: key})
		return info, "", err
	}},
	{"GetRange", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		body, info, err := c.GetRange(ctx, testObject, HeadInput{CustomerKey: key}, 2, 3)
		if err != nil {
			return info, "", err
		}
		read, _ := io.ReadAll(body)
		_ = body.Close()
		if len(read) > 3 {
			return info, "more bytes than were asked for", nil
		}
		return info, "", nil
	}},
	{"List", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		page, err := c.List(ctx, testObject.Region, testObject.Bucket, ListInput{Prefix: "p"})
		if err == nil && page.Truncated && page.NextMarker == "" {
			return page, "truncated without a marker", nil
		}
		return page, "", err
	}},
	{"ListVersions", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		versions, key, version, truncated, err := c.ListVersions(ctx, testObject.Region, testObject.Bucket, "p", "k", "v")
		if err == nil && truncated && (key == "" || key == "k" && version == "v") {
			return versions, "truncated without progress", nil
		}
		return versions, "", err
	}},
	{"ListUploads", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		page, err := c.ListUploads(ctx, testObject.Region, testObject.Bucket, "p", "", "")
		if err == nil && page.Truncated && page.NextKey == "" {
			return page, "truncated without a marker", nil
		}
		return page, "", err
	}},
	{"Tags", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		tags, err := c.Tags(ctx, testObject, "")
		return tags, "", err
	}},
	{"AccessControl", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		access, err := c.AccessControl(ctx, testObject)
		return access, "", err
	}},
	{"BucketEncryption", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		encryption, err := c.BucketEncryption(ctx, testObject.Region, testObject.Bucket)
		return encryption, "", err
	}},
	{"Versioning", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		state, err := c.Versioning(ctx, testObject.Region, testObject.Bucket)
		return state, "", err
	}},
	{"HasLifecycle", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		has, err := c.HasLifecycle(ctx, testObject.Region, testObject.Bucket)
		return has, "", err
	}},
	{"HasReplication", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		has, err := c.HasReplication(ctx, testObject.Region, testObject.Bucket)
		return has, "", err
	}},
	{"HasNotification", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		has, err := c.HasNotification(ctx, testObject.Region, testObject.Bucket)
		return has, "", err
	}},
	{"PublicBucket", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		public, err := c.PublicBucket(ctx, testObject.Region, testObject.Bucket)
		return public, "", err
	}},
	{"Put", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		written, err := c.Put(ctx, testObject, PutInput{Body: text("123456789"), Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}})
		if err == nil && written.CRC64 != exampleCRC64 {
			return written, "another checksum than that of what was sent", nil
		}
		return written, "", err
	}},
	{"Copy", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		written, err := c.Copy(ctx, testObject, CopyInput{Source: testObject, SourceKey: key, Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}})
		return written, "", err
	}},
	{"InitiateMultipart", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		up, err := c.InitiateMultipart(ctx, testObject, UploadInput{Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}})
		if err == nil && up.ID == "" {
			return up, "no upload id", nil
		}
		return up.ID, "", err
	}},
	{"UploadPart", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		part, err := c.UploadPart(ctx, Upload{Location: testObject, ID: "u", customerKey: key}, 1, text("123456789"), "")
		return part, "", err
	}},
	{"UploadPartCopy", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		part, err := c.UploadPartCopy(ctx, Upload{Location: testObject, ID: "u", customerKey: key}, 1, CopyInput{Source: testObject, SourceKey: key}, 0, 9)
		if err == nil && part.ETag == "" {
			return part, "no ETag", nil
		}
		return part, "", err
	}},
	{"CompleteMultipart", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		written, err := c.CompleteMultipart(ctx, Upload{Location: testObject, ID: "u", customerKey: key}, CompleteInput{Parts: []Part{{Number: 1, ETag: "e"}}})
		return written, "", err
	}},
	{"Delete", func(ctx context.Context, c *Client, _ sse.CustomerKey) (any, string, error) {
		deleted, err := c.Delete(ctx, testObject, DeleteInput{})
		return deleted, "", err
	}},
	{"Explain", func(ctx context.Context, c *Client, key sse.CustomerKey) (any, string, error) {
		in := HeadInput{CustomerKey: key}
		_, err := c.Head(ctx, testObject, in)
		if err != nil {
			err = c.Explain(ctx, testObject, in, err)
		}
		return nil, "", err
	}},
}

// Whatever a server answers, and however much of the request it quotes: no call
// panics or repeats itself for ever, what is returned keeps the promises of its
// documentation, and neither it nor an error shows a secret.
func FuzzAnswer(f *testing.F) {
	const (
		refusedBody = `<Error><Code>AccessDenied</Code><Message>no {KEY}</Message><StringToSign>{SIGNED}</StringToSign><RequestId>r</RequestId><ServerTime>2026-01-01T00:00:00Z</ServerTime></Error>`
		objectHead  = "ETag: \"e\"\nLast-Modified: Fri, 10 Apr 2020 18:20:30 GMT\nx-cos-hash-crc64ecma: " + exampleCRC64 + "\nx-cos-meta-a: b\nx-cos-tagging-count: 2\nx-cos-server-side-encryption: cos/kms\nContent-Range: bytes 2-4/9"
	)
	bodies := []string{
		"", refusedBody, " \n" + refusedBody, "<Error><Code>{TOKEN}", "123456789",
		`<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextMarker>a%2F</NextMarker><Contents><Key>a%2Fb</Key><LastModified>2020-12-10T03:37:30.000Z</LastModified><ETag>"e"</ETag><Size>5</Size></Contents><CommonPrefixes><Prefix>p%2F</Prefix></CommonPrefixes></ListBucketResult>`,
		`<ListVersionsResult><IsTruncated>true</IsTruncated><DeleteMarker><Key>k</Key><VersionId>v</VersionId></DeleteMarker><Version><Key>k</Key><VersionId>w</VersionId><IsLatest>true</IsLatest></Version><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker></ListVersionsResult>`,
		`<ListMultipartUploadsResult><Encoding-Type>url</Encoding-Type><IsTruncated>true</IsTruncated><NextKeyMarker>%zz</NextKeyMarker><Upload><Key>k</Key><UploadId>u</UploadId><Initiated>2020-12-10T03:37:30.000Z</Initiated></Upload></ListMultipartUploadsResult>`,
		`<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`,
		`<AccessControlPolicy><Owner><ID>qcs::cam::uin/1:uin/1</ID></Owner><AccessControlList><Grant><Grantee><URI>http://cam.qcloud.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
		`<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><Other a="b"><C/></Other></Rule></ServerSideEncryptionConfiguration>`,
		`<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`,
		`<CopyObjectResult><ETag>"e"</ETag><CRC64>` + exampleCRC64 + `</CRC64></CopyObjectResult>`,
		`<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>`,
		`<LifecycleConfiguration><Rule><ID>{KEY}</ID></Rule></LifecycleConfiguration>`,
	}
	for op := range operations {
		for _, status := range []int{200, 206, 403, 404} {
			f.Add(op, status, objectHead, bodies[(op+status)%len(bodies)])
		}
	}
	for _, body := range bodies {
		f.Add(2, 200, "", body)
		f.Add(13, 503, "Retry-After: 3\nx-cos-request-id: {KEY}", body)
	}
	key, err := sse.NewCustomerKey([]byte(testKeyText))
	if err != nil {
		f.Fatal(err)
	}
	endpoint, err := ParseEndpoint(DefaultEndpoint)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, op, status int, header, body string) {
		if op < 0 || op >= len(operations) || status < 200 || status > 599 {
			return
		}
		c, err := New(Config{
			Endpoint:    endpoint,
			Credentials: credentials.Static{Value: credentials.Value{SecretID: testSecretID, SecretKey: testSecretKey, SecurityToken: testToken}},
			MaxRetries:  1,
		})
		if err != nil {
			t.Fatal(err)
		}
		c.transport = fuzzedServer{status, header, body}
		c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }

		o := operations[op]
		result, wrong, err := o.call(t.Context(), c, key)
		if wrong != "" {
			t.Errorf("%s: %s", o.name, wrong)
		}
		shown := fmt.Sprintf("%+v\n%v\n%+v", result, err, err)
		for _, secret := range []string{key.Base64(), testKeyText, testToken, testSecretKey} {
			if bytes.Contains([]byte(shown), []byte(secret)) {
				t.Errorf("%s shows a secret: %s", o.name, shown)
			}
		}
	})
}
