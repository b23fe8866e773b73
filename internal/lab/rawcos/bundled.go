package rawcos

import "github.com/cos-terraform/terraform-provider-cos/internal/cosmock"

// Bundled is a bucket of the server in the box, in the region and with the credentials that it has by default.
func Bundled(name, url, caFile string) Bucket {
	return Bucket{
		Name: name, Region: cosmock.DefaultRegion, URL: url, CAFile: caFile,
		Credential: Credential{ID: cosmock.DefaultSecretID, Key: NewSecret(cosmock.DefaultSecretKey)},
	}
}
