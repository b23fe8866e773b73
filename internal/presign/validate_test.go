package presign

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	unknown := types.StringUnknown()
	const (
		bare    = "method: Upload Without Encryption"
		sseCOS  = "server_side_encryption: SSE-COS by Presigned URL"
		life    = "expires_in: Invalid Duration"
		another = "sse_customer_key_name: More Than One Encryption"
	)
	for name, tc := range map[string]struct {
		m    model
		want []string
	}{
		"GET by default":           {model{}, nil},
		"HEAD of a version":        {model{Method: str("HEAD"), VersionID: str("1")}, nil},
		"GET with a key":           {model{SSECustomerKey: str(testKeyA)}, nil},
		"GET with SSE-COS":         {model{ServerSideEncryption: str("AES256")}, []string{"server_side_encryption: Encryption of a Read"}},
		"GET with SSE-KMS":         {model{ServerSideEncryption: str("cos/kms")}, []string{"server_side_encryption: Encryption of a Read"}},
		"another method":           {model{Method: str("DELETE")}, []string{"method: Invalid Method"}},
		"lower case":               {model{Method: str("get")}, []string{"method: Invalid Method"}},
		"PUT without encryption":   {model{Method: str("PUT")}, []string{bare}},
		"PUT with SSE-COS":         {model{Method: str("PUT"), ServerSideEncryption: str("AES256")}, []string{sseCOS}},
		"PUT with SSE-COS, old":    {model{Method: str("PUT"), ServerSideEncryption: str("AES-256")}, []string{sseCOS}},
		"PUT with SM4":             {model{Method: str("PUT"), ServerSideEncryption: str("SM4")}, []string{sseCOS}},
		"PUT with SSE-KMS":         {model{Method: str("PUT"), ServerSideEncryption: str("cos/kms"), SSEKMSKeyID: str("k"), SSEContext: str("e30=")}, nil},
		"PUT with a key":           {model{Method: str("PUT"), SSECustomerKey: str(testKeyA)}, nil},
		"PUT with a name":          {model{Method: str("PUT"), SSECustomerKeyName: str("a")}, nil},
		"PUT with both":            {model{Method: str("PUT"), SSECustomerKey: str(testKeyA), SSECustomerKeyName: str("a")}, []string{another}},
		"PUT to a version":         {model{Method: str("PUT"), SSECustomerKey: str(testKeyA), VersionID: str("1")}, []string{"version_id: Version of a Write"}},
		"an unknown mode":          {model{Method: str("PUT"), ServerSideEncryption: str("KMS")}, []string{"server_side_encryption: Invalid Encryption Mode"}},
		"a key of another length":  {model{SSECustomerKey: str("aGVsbG8=")}, []string{"sse_customer_key: Invalid Customer Key"}},
		"a KMS key without KMS":    {model{Method: str("PUT"), SSECustomerKey: str(testKeyA), SSEKMSKeyID: str("k")}, []string{"sse_kms_key_id: KMS Argument Without SSE-KMS"}},
		"all unknown":              {model{Method: unknown, ServerSideEncryption: unknown, SSECustomerKey: unknown, SSECustomerKeyName: unknown, ExpiresIn: unknown, VersionID: unknown}, nil},
		"PUT, encryption unknown":  {model{Method: str("PUT"), ServerSideEncryption: unknown}, nil},
		"unknown method, SSE-COS":  {model{Method: unknown, ServerSideEncryption: str("AES256")}, nil},
		"seconds":                  {model{ExpiresIn: str("90")}, nil},
		"seven days":               {model{ExpiresIn: str("168h")}, nil},
		"longer than seven days":   {model{ExpiresIn: str("168h1s")}, []string{life}},
		"no time":                  {model{ExpiresIn: str("0s")}, []string{life}},
		"a time in the past":       {model{ExpiresIn: str("-5m")}, []string{life}},
		"no duration":              {model{ExpiresIn: str("a while")}, []string{life}},
		"empty":                    {model{ExpiresIn: str("")}, []string{life}},
		"more seconds than a life": {model{ExpiresIn: str("604801")}, []string{life}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := tc.m
			m.Bucket, m.Key = str("lab-1250000000"), str("a")
			if diff := cmp.Diff(tc.want, findings(m.validate())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
