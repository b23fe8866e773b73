package object

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestValidateEncryption(t *testing.T) {
	t.Parallel()
	b64 := func(s string) types.String { return str(base64.StdEncoding.EncodeToString([]byte(s))) }
	kms := func(change func(*model)) func(*model) {
		return func(m *model) {
			m.ServerSideEncryption = str("cos/kms")
			change(m)
		}
	}
	const (
		mode, twice = "server_side_encryption: Invalid Encryption Mode", "More Than One Encryption"
		withoutKMS  = "KMS Argument Without SSE-KMS"
		context     = "sse_context: Invalid Encryption Context"
		key         = "sse_customer_key: Invalid Customer Key"
	)
	for name, tc := range map[string]struct {
		change func(*model)
		want   []string
		says   string
	}{
		"none: the provider may have a default": {func(*model) {}, nil, ""},
		"SSE-COS":                               {func(m *model) { m.ServerSideEncryption = str("AES256") }, nil, ""},
		"SSE-COS of the SDKs":                   {func(m *model) { m.ServerSideEncryption = str("AES-256") }, nil, ""},
		"SM4":                                   {func(m *model) { m.ServerSideEncryption = str("SM4") }, nil, ""},
		"KMS":                                   {kms(func(*model) {}), nil, ""},
		"KMS, key and context":                  {kms(func(m *model) { m.SSEKMSKeyID, m.SSEContext = str("id"), b64(`{"a":"b"}`) }), nil, ""},
		"KMS, unpadded context":                 {kms(func(m *model) { m.SSEContext = str("eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0") }), nil, ""},
		"customer key":                          {func(m *model) { m.SSECustomerKey = str(testKeyA) }, nil, ""},
		"unpadded customer key":                 {func(m *model) { m.SSECustomerKey = str(strings.TrimRight(testKeyA, "=")) }, nil, ""},
		"key name":                              {func(m *model) { m.SSECustomerKeyName = str("a") }, nil, ""},

		"mode of the bucket's API": {func(m *model) { m.ServerSideEncryption = str("KMS") }, []string{mode}, "cos/kms"},
		"mode in lower case":       {func(m *model) { m.ServerSideEncryption = str("aes256") }, []string{mode}, "AES256"},
		"mode customer":            {func(m *model) { m.ServerSideEncryption = str("customer") }, []string{mode}, "sse_customer_key_name"},
		"empty mode":               {func(m *model) { m.ServerSideEncryption = str("") }, []string{mode}, "AES256"},

		"mode and customer key": {func(m *model) { m.ServerSideEncryption, m.SSECustomerKey = str("AES256"), str(testKeyA) },
			[]string{"sse_customer_key: " + twice}, "server_side_encryption and sse_customer_key"},
		"mode and key name": {func(m *model) { m.ServerSideEncryption, m.SSECustomerKeyName = str("AES256"), str("a") },
			[]string{"sse_customer_key_name: " + twice}, "server_side_encryption and sse_customer_key_name"},
		"customer key and key name": {func(m *model) { m.SSECustomerKey, m.SSECustomerKeyName = str(testKeyA), str("a") },
			[]string{"sse_customer_key_name: " + twice}, "sse_customer_key and sse_customer_key_name"},
		"all three": {func(m *model) {
			m.ServerSideEncryption, m.SSECustomerKey, m.SSECustomerKeyName = str("AES256"), str(testKeyA), str("a")
		}, []string{"sse_customer_key: " + twice}, "server_side_encryption and sse_customer_key and sse_customer_key_name"},

		"KMS key with SSE-COS":        {func(m *model) { m.ServerSideEncryption, m.SSEKMSKeyID = str("AES256"), str("id") }, []string{"sse_kms_key_id: " + withoutKMS}, `"cos/kms"`},
		"KMS key with a customer key": {func(m *model) { m.SSECustomerKey, m.SSEKMSKeyID = str(testKeyA), str("id") }, []string{"sse_kms_key_id: " + withoutKMS}, `"cos/kms"`},
		"KMS key alone":               {func(m *model) { m.SSEKMSKeyID = str("id") }, []string{"sse_kms_key_id: " + withoutKMS}, `"cos/kms"`},
		"context with SSE-COS":        {func(m *model) { m.ServerSideEncryption, m.SSEContext = str("AES256"), b64(`{"a":"b"}`) }, []string{"sse_context: " + withoutKMS}, `"cos/kms"`},
		"context alone":               {func(m *model) { m.SSEContext = b64(`{}`) }, []string{"sse_context: " + withoutKMS}, `"cos/kms"`},
		"empty KMS key":               {kms(func(m *model) { m.SSEKMSKeyID = str("") }), []string{"sse_kms_key_id: Empty Header"}, "Omit it"},
		"KMS key with a line break":   {kms(func(m *model) { m.SSEKMSKeyID = str("a\nb") }), []string{"sse_kms_key_id: Invalid Header"}, "byte 1"},

		"context is no base64":          {kms(func(m *model) { m.SSEContext = str("?") }), []string{context}, "not base64"},
		"context is JSON":               {kms(func(m *model) { m.SSEContext = str("{}") }), []string{context}, "provider::cos::sse_context"},
		"context is no JSON":            {kms(func(m *model) { m.SSEContext = b64("hello") }), []string{context}, "not JSON"},
		"context is a list":             {kms(func(m *model) { m.SSEContext = b64(`["a"]`) }), []string{context}, "not an object"},
		"context is a string":           {kms(func(m *model) { m.SSEContext = b64(`"a"`) }), []string{context}, "not an object"},
		"context is empty":              {kms(func(m *model) { m.SSEContext = str("") }), []string{context}, "not JSON"},
		"context with a number":         {kms(func(m *model) { m.SSEContext = b64(`{"a":1}`) }), []string{context}, `"a" is not a string`},
		"context with a key twice":      {kms(func(m *model) { m.SSEContext = b64(`{"a":"b","a":"c"}`) }), []string{context}, `"a" stands there twice`},
		"context with something behind": {kms(func(m *model) { m.SSEContext = b64(`{} {}`) }), []string{context}, "follows"},

		"customer key is no base64":  {func(m *model) { m.SSECustomerKey = str("!" + testKeyA[1:]) }, []string{key}, "not base64"},
		"customer key is empty":      {func(m *model) { m.SSECustomerKey = str("") }, []string{key}, "exactly 32 bytes"},
		"customer key and a newline": {func(m *model) { m.SSECustomerKey = str(b64(strings.Repeat("k", 32)).ValueString() + "\n") }, []string{key}, "trimspace()"},
		"customer key of 31 bytes":   {func(m *model) { m.SSECustomerKey = b64(strings.Repeat("k", 31)) }, []string{key}, "decodes to 31"},
		"customer key of 33 bytes":   {func(m *model) { m.SSECustomerKey = b64(strings.Repeat("k", 33)) }, []string{key}, "decodes to 33"},
		"customer key, raw 32 bytes": {func(m *model) { m.SSECustomerKey = str("0123456789ABCDEF0123456789ABCDEF") }, []string{key}, "exactly 32 bytes"},
		"empty key name":             {func(m *model) { m.SSECustomerKeyName = str("") }, []string{"sse_customer_key_name: Invalid Customer Key Name"}, "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := undeclared()
			tc.change(&m)
			checkValidate(t, m, tc.want, tc.says)
			if key := m.SSECustomerKey.ValueString(); len(key) > 8 && strings.Contains(details(m.validate()), key[:8]) {
				t.Error("the customer key is quoted")
			}
		})
	}
}

// An unknown value may turn out to be anything, including null, so a module may
// pass on all of its variables.
func TestValidateUnknown(t *testing.T) {
	t.Parallel()
	unknown := types.StringUnknown()
	all := model{
		Bucket: unknown, Key: unknown, Region: unknown,
		Source: unknown, Content: unknown, ContentBase64: unknown, CopySource: types.ObjectUnknown(nil),
		ServerSideEncryption: unknown, SSEKMSKeyID: unknown, SSEContext: unknown, SSECustomerKey: unknown, SSECustomerKeyName: unknown,
		ContentType: unknown, CacheControl: unknown, ContentDisposition: unknown, ContentEncoding: unknown, ContentLanguage: unknown, Expires: unknown,
		Metadata: types.MapUnknown(types.StringType), StorageClass: unknown, Tags: types.MapUnknown(types.StringType), ACL: unknown,
		Overwrite: types.BoolUnknown(), DeletionPolicy: unknown,
	}
	with := func(m model, change func(*model)) model {
		change(&m)
		return m
	}
	someUnknown := types.MapValueMust(types.StringType, map[string]attr.Value{"owner": unknown})
	for name, m := range map[string]model{
		"everything":                        all,
		"a body beside one that is known":   with(declared(), func(m *model) { m.Source = unknown }),
		"a copy source beside a known body": with(declared(), func(m *model) { m.CopySource = types.ObjectUnknown(nil) }),
		"a customer key beside a mode":      with(declared(), func(m *model) { m.SSECustomerKey = unknown }),
		"a key name beside a mode":          with(declared(), func(m *model) { m.SSECustomerKeyName = unknown }),
		"a mode beside a customer key":      with(declared(), func(m *model) { m.ServerSideEncryption, m.SSECustomerKey = unknown, str(testKeyA) }),
		"a mode beside a KMS key":           with(declared(), func(m *model) { m.ServerSideEncryption, m.SSEKMSKeyID = unknown, str("id") }),
		"a KMS key beside another mode":     with(declared(), func(m *model) { m.SSEKMSKeyID, m.SSEContext = unknown, unknown }),
		"a value of the metadata":           with(declared(), func(m *model) { m.Metadata, m.Tags = someUnknown, someUnknown }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkValidate(t, m, nil, "")
		})
	}
	t.Run("what is known is still checked", func(t *testing.T) {
		t.Parallel()
		checkValidate(t, with(all, func(m *model) { m.Bucket = str("b") }), []string{"bucket: Invalid Bucket"}, "name-appid")
	})
}
