module github.com/cos-terraform/terraform-provider-cos/internal/lab/conformance/oldsdk

go 1.25.0

require github.com/tencentyun/cos-go-sdk-v5 v0.7.21

require (
	github.com/google/go-querystring v1.0.0 // indirect
	github.com/mozillazg/go-httpheader v0.2.1 // indirect
)
