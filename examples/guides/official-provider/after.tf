terraform {
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
    # Until the apply after the move: the state still refers to it.
    tencentcloud = {
      source = "tencentcloudstack/tencentcloud"
    }
  }
}

# The same variables: TENCENTCLOUD_REGION, TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY.
provider "cos" {}

resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.csv"
  content                = "customer,amount\n"
  content_type           = "text/csv"
  cache_control          = "no-store"
  server_side_encryption = "AES256"
}
