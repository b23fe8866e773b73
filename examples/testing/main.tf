terraform {
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}

resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.csv"
  content                = "a,b\n1,2\n"
  server_side_encryption = "cos/kms"
}

# A copy with the storage class and encryption of the report.
resource "cos_encrypted_object" "copy" {
  bucket                 = cos_encrypted_object.report.bucket
  key                    = "copies/2026.csv"
  region                 = cos_encrypted_object.report.region
  storage_class          = cos_encrypted_object.report.storage_class
  server_side_encryption = cos_encrypted_object.report.server_side_encryption
  sse_kms_key_id         = cos_encrypted_object.report.sse_kms_key_id

  copy_source = {
    bucket     = cos_encrypted_object.report.bucket
    key        = cos_encrypted_object.report.key
    region     = cos_encrypted_object.report.region
    etag       = cos_encrypted_object.report.etag
    version_id = cos_encrypted_object.report.version_id
  }
}

output "url" {
  value = provider::cos::object_url(cos_encrypted_object.copy.bucket, cos_encrypted_object.copy.region, cos_encrypted_object.copy.key)
}
