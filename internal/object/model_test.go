package object

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// helloInfo is the HEAD response for the object that declared declares.
func helloInfo(encryption sse.Observed) cosclient.Info {
	return cosclient.Info{
		Attributes:   cosclient.Attributes{ContentType: "text/plain; charset=utf-8", StorageClass: "STANDARD"},
		Encryption:   encryption,
		ETag:         "5d41402abc4b2a76b9719d911017c592",
		Length:       5,
		CRC64:        content.SumBytes([]byte("hello")).CRC64String(),
		LastModified: time.Date(2026, 1, 2, 11, 4, 5, 0, time.FixedZone("", 8*3600)),
	}
}

func TestDeclaredBody(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Kind    bodyKind
		Unknown bool
		Length  int64 // -1 if the body was not read
		Missing bool
		At      string
	}
	for name, tc := range map[string]struct {
		m    model
		want outcome
	}{
		"none":                {model{}, outcome{Length: -1, At: "source"}},
		"no such file":        {model{Source: str("/nowhere/at/all")}, outcome{Kind: bodySource, Length: -1, Missing: true, At: "source"}},
		"the null device":     {model{Source: str("/dev/null")}, outcome{Kind: bodySource, At: "source"}},
		"a folder":            {model{Source: str("/")}, outcome{Kind: bodySource, Length: -1, Missing: true, At: "source"}},
		"more than its size":  {model{Source: str("/proc/version")}, outcome{Kind: bodySource, Length: -1, Missing: true, At: "source"}},
		"a hash":              {model{Source: str("/nowhere/at/all"), SourceHash: str("x")}, outcome{Kind: bodySource, Length: -1, At: "source"}},
		"text":                {model{Content: str("hello")}, outcome{Kind: bodyContent, Length: 5, At: "content"}},
		"the empty text":      {model{Content: str("")}, outcome{Kind: bodyContent, At: "content"}},
		"base64":              {model{ContentBase64: str("aGVsbG8=")}, outcome{Kind: bodyBase64, Length: 5, At: "content_base64"}},
		"the empty base64":    {model{ContentBase64: str("")}, outcome{Kind: bodyBase64, At: "content_base64"}},
		"unknown text":        {model{Content: types.StringUnknown()}, outcome{Kind: bodyContent, Unknown: true, Length: -1, At: "content"}},
		"unknown copy source": {model{CopySource: types.ObjectUnknown(nil)}, outcome{Kind: bodyCopy, Length: -1, At: "copy_source"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := tc.m.declaredBody(t.Context(), &content.Memo{})
			got := outcome{Kind: d.kind, Unknown: d.unknown, Length: -1, Missing: d.missing != nil, At: d.kind.path().String()}
			if d.sum != nil {
				got.Length = d.sum.Length
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestModelID(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ m, want types.String }{
		"verbatim":       {str("a//b/"), str(testBucket + "/a//b/")},
		"an unknown key": {types.StringUnknown(), types.StringUnknown()},
	} {
		if diff := cmp.Diff(tc.want, (model{Bucket: str(testBucket), Key: tc.m}).id()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// encrypted contains the encryption attributes of a state.
type encrypted struct{ Mode, KMSKey, Context, Key, Name, MD5 types.String }

func encryptedOf(m model) encrypted {
	return encrypted{m.ServerSideEncryption, m.SSEKMSKeyID, m.SSEContext, m.SSECustomerKey, m.SSECustomerKeyName, m.SSECustomerKeyMD5}
}

func (e encrypted) model() model {
	return model{ServerSideEncryption: e.Mode, SSEKMSKeyID: e.KMSKey, SSEContext: e.Context, SSECustomerKey: e.Key, SSECustomerKeyName: e.Name, SSECustomerKeyMD5: e.MD5}
}

func TestRecordEncryption(t *testing.T) {
	t.Parallel()
	aes, kms := sse.Observed{Mode: sse.ModeAES256}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k"}
	keyA, keyB := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: testMD5A}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: testMD5B}
	context := str("eyJhIjoiYiJ9")
	for name, tc := range map[string]struct {
		before encrypted
		found  sse.Observed
		want   encrypted
	}{
		"SSE-COS":                        {encrypted{}, aes, encrypted{Mode: str("AES256")}},
		"SSE-COS keeps its spelling":     {encrypted{Mode: str("AES-256")}, aes, encrypted{Mode: str("AES-256")}},
		"a spelling of something else":   {encrypted{Mode: str("AES-256")}, sse.Observed{Mode: sse.ModeSM4}, encrypted{Mode: str("SM4")}},
		"KMS keeps its context":          {encrypted{Mode: str("cos/kms"), Context: context}, kms, encrypted{Mode: str("cos/kms"), KMSKey: str("k"), Context: context}},
		"KMS, the key left to COS":       {encrypted{Mode: str("cos/kms"), KMSKey: types.StringUnknown()}, kms, encrypted{Mode: str("cos/kms"), KMSKey: str("k")}},
		"no longer KMS":                  {encrypted{Mode: str("cos/kms"), KMSKey: str("k"), Context: context}, aes, encrypted{Mode: str("AES256")}},
		"no longer encrypted":            {encrypted{Mode: str("AES256")}, sse.Observed{}, encrypted{}},
		"a mode that nobody knows":       {encrypted{Mode: str("AES256")}, sse.Observed{Mode: "AES512"}, encrypted{Mode: str("AES512")}},
		"SSE-C keeps the key":            {encrypted{Key: str(testKeyA), MD5: str(testMD5A)}, keyA, encrypted{Key: str(testKeyA), MD5: str(testMD5A)}},
		"SSE-C keeps the key's spelling": {encrypted{Key: str(strings.TrimRight(testKeyA, "="))}, keyA, encrypted{Key: str(strings.TrimRight(testKeyA, "=")), MD5: str(testMD5A)}},
		"SSE-C keeps the name":           {encrypted{Name: str("a"), MD5: types.StringUnknown()}, keyA, encrypted{Name: str("a"), MD5: str(testMD5A)}},
		"SSE-C with another key":         {encrypted{Key: str(testKeyA), MD5: str(testMD5A)}, keyB, encrypted{MD5: str(testMD5B)}},
		"SSE-C after KMS":                {encrypted{Mode: str("cos/kms"), KMSKey: str("k"), Context: context}, keyA, encrypted{MD5: str(testMD5A)}},
		"SSE-C no longer":                {encrypted{Key: str(testKeyA), Name: str("a"), MD5: str(testMD5A)}, aes, encrypted{Mode: str("AES256")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := tc.before.model()
			m.recordEncryption(tc.found)
			if diff := cmp.Diff(tc.want, encryptedOf(m)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := m.observed(); got != tc.found {
				t.Errorf("the state says %v, found %v", got, tc.found)
			}
		})
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	info := helloInfo(sse.Observed{Mode: sse.ModeAES256})
	info.CacheControl, info.Expires = "no-store", "Wed, 21 Oct 2026 07:28:00 GMT"
	info.Metadata = map[string]string{"owner": "me"}
	info.VersionID = "v1"
	m := declared()
	m.ContentLanguage = str("zh") // not stored on COS
	m.Region, m.Source, m.Overwrite = str("ap-guangzhou"), str("x"), types.BoolValue(true)
	m.record(info)
	want := declared()
	want.Region, want.Source, want.Overwrite = str("ap-guangzhou"), str("x"), types.BoolValue(true)
	want.ID = str(testBucket + "/dir/a.txt")
	want.ContentType, want.CacheControl, want.Expires = str("text/plain; charset=utf-8"), str("no-store"), str("Wed, 21 Oct 2026 07:28:00 GMT")
	want.Metadata = arguments.Map(map[string]string{"owner": "me"})
	want.StorageClass = str("STANDARD")
	want.ETag, want.ContentLength, want.VersionID = str("5d41402abc4b2a76b9719d911017c592"), types.Int64Value(5), str("v1")
	want.ContentCRC64 = str(content.SumBytes([]byte("hello")).CRC64String())
	want.LastModified = str("2026-01-02T03:04:05Z")
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	m.record(cosclient.Info{})
	for name, v := range map[string]attr.Value{
		"cache_control": m.CacheControl, "expires": m.Expires, "metadata": m.Metadata, "etag": m.ETag, "content_crc64": m.ContentCRC64,
		"version_id": m.VersionID, "last_modified": m.LastModified, "storage_class": m.StorageClass, "content_type": m.ContentType,
	} {
		if !v.IsNull() {
			t.Errorf("%s: what COS does not tell is %s, want null", name, v)
		}
	}
}

func TestRecordMetadata(t *testing.T) {
	t.Parallel()
	none, empty := types.MapNull(types.StringType), arguments.Map(nil)
	one := arguments.Map(map[string]string{"a": "b"})
	for name, tc := range map[string]struct {
		before types.Map
		found  map[string]string
		want   types.Map
	}{
		"null, and there is none":       {none, nil, none},
		"the empty map, and none":       {empty, nil, empty},
		"the same":                      {one, map[string]string{"a": "b"}, one},
		"another value":                 {one, map[string]string{"a": "c"}, arguments.Map(map[string]string{"a": "c"})},
		"one more":                      {one, map[string]string{"a": "b", "c": "d"}, arguments.Map(map[string]string{"a": "b", "c": "d"})},
		"gone":                          {one, nil, none},
		"some where none were declared": {none, map[string]string{"a": "b"}, one},
		"unknown, and there is none":    {types.MapUnknown(types.StringType), nil, none},
	} {
		m := model{Metadata: tc.before}
		m.record(cosclient.Info{Attributes: cosclient.Attributes{Metadata: tc.found}})
		if diff := cmp.Diff(tc.want, m.Metadata); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestStored(t *testing.T) {
	t.Parallel()
	m := model{
		ContentType: str("a"), CacheControl: str("b"), ContentDisposition: str("c"), ContentEncoding: str("d"), ContentLanguage: str("e"),
		Expires: str("f"), StorageClass: str("g"), Metadata: arguments.Map(map[string]string{"h": "i"}),
	}
	want := cosclient.Attributes{
		ContentType: "a", CacheControl: "b", ContentDisposition: "c", ContentEncoding: "d", ContentLanguage: "e",
		Expires: "f", StorageClass: "g", Metadata: map[string]string{"h": "i"},
	}
	if diff := cmp.Diff(want, m.stored()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(cosclient.Attributes{}, model{Metadata: arguments.Map(nil)}.stored()); diff != "" {
		t.Errorf("nothing declared (-want +got):\n%s", diff)
	}
}

// The command in the message can be pasted into a shell, whatever the key.
func TestExists(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"a b":  "terraform import ADDRESS 'ap-guangzhou:lab-1250000000/a b'",
		"it's": `terraform import ADDRESS 'ap-guangzhou:lab-1250000000/it'\''s'`,
	} {
		if got := (&Resource{data: &providerdata.Data{}}).exists(cosclient.Location{Region: "ap-guangzhou", Bucket: testBucket, Key: key}); !strings.Contains(got, want) {
			t.Errorf("does not say %s:\n%s", want, got)
		}
	}
}
