package object

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestPresignedURLValidate(t *testing.T) {
	t.Parallel()
	unknown := types.StringUnknown()
	const (
		bare    = "method: Upload Without Encryption"
		sseCOS  = "server_side_encryption: SSE-COS by Presigned URL"
		life    = "expires_in: Invalid Duration"
		another = "sse_customer_key_name: More Than One Encryption"
	)
	for name, tc := range map[string]struct {
		m    presignedURLModel
		want []string
	}{
		"GET by default":           {presignedURLModel{}, nil},
		"HEAD of a version":        {presignedURLModel{Method: str("HEAD"), VersionID: str("1")}, nil},
		"GET with a key":           {presignedURLModel{SSECustomerKey: str(testKeyA)}, nil},
		"GET with SSE-COS":         {presignedURLModel{ServerSideEncryption: str("AES256")}, []string{"server_side_encryption: Encryption of a Read"}},
		"GET with SSE-KMS":         {presignedURLModel{ServerSideEncryption: str("cos/kms")}, []string{"server_side_encryption: Encryption of a Read"}},
		"another method":           {presignedURLModel{Method: str("DELETE")}, []string{"method: Invalid Method"}},
		"lower case":               {presignedURLModel{Method: str("get")}, []string{"method: Invalid Method"}},
		"PUT without encryption":   {presignedURLModel{Method: str("PUT")}, []string{bare}},
		"PUT with SSE-COS":         {presignedURLModel{Method: str("PUT"), ServerSideEncryption: str("AES256")}, []string{sseCOS}},
		"PUT with SSE-COS, old":    {presignedURLModel{Method: str("PUT"), ServerSideEncryption: str("AES-256")}, []string{sseCOS}},
		"PUT with SM4":             {presignedURLModel{Method: str("PUT"), ServerSideEncryption: str("SM4")}, []string{sseCOS}},
		"PUT with SSE-KMS":         {presignedURLModel{Method: str("PUT"), ServerSideEncryption: str("cos/kms"), SSEKMSKeyID: str("k"), SSEContext: str("e30=")}, nil},
		"PUT with a key":           {presignedURLModel{Method: str("PUT"), SSECustomerKey: str(testKeyA)}, nil},
		"PUT with a name":          {presignedURLModel{Method: str("PUT"), SSECustomerKeyName: str("a")}, nil},
		"PUT with both":            {presignedURLModel{Method: str("PUT"), SSECustomerKey: str(testKeyA), SSECustomerKeyName: str("a")}, []string{another}},
		"PUT to a version":         {presignedURLModel{Method: str("PUT"), SSECustomerKey: str(testKeyA), VersionID: str("1")}, []string{"version_id: Version of a Write"}},
		"an unknown mode":          {presignedURLModel{Method: str("PUT"), ServerSideEncryption: str("KMS")}, []string{"server_side_encryption: Invalid Encryption Mode"}},
		"a key of another length":  {presignedURLModel{SSECustomerKey: str("aGVsbG8=")}, []string{"sse_customer_key: Invalid Customer Key"}},
		"a KMS key without KMS":    {presignedURLModel{Method: str("PUT"), SSECustomerKey: str(testKeyA), SSEKMSKeyID: str("k")}, []string{"sse_kms_key_id: KMS Argument Without SSE-KMS"}},
		"all unknown":              {presignedURLModel{Method: unknown, ServerSideEncryption: unknown, SSECustomerKey: unknown, SSECustomerKeyName: unknown, ExpiresIn: unknown, VersionID: unknown}, nil},
		"PUT, encryption unknown":  {presignedURLModel{Method: str("PUT"), ServerSideEncryption: unknown}, nil},
		"unknown method, SSE-COS":  {presignedURLModel{Method: unknown, ServerSideEncryption: str("AES256")}, nil},
		"seconds":                  {presignedURLModel{ExpiresIn: str("90")}, nil},
		"seven days":               {presignedURLModel{ExpiresIn: str("168h")}, nil},
		"longer than seven days":   {presignedURLModel{ExpiresIn: str("168h1s")}, []string{life}},
		"no time":                  {presignedURLModel{ExpiresIn: str("0s")}, []string{life}},
		"a time in the past":       {presignedURLModel{ExpiresIn: str("-5m")}, []string{life}},
		"no duration":              {presignedURLModel{ExpiresIn: str("a while")}, []string{life}},
		"empty":                    {presignedURLModel{ExpiresIn: str("")}, []string{life}},
		"more seconds than a life": {presignedURLModel{ExpiresIn: str("604801")}, []string{life}},
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
