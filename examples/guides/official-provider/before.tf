terraform {
  required_providers {
    tencentcloud = {
      source = "tencentcloudstack/tencentcloud"
    }
  }
}

# Region and credentials: TENCENTCLOUD_REGION, TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY.
provider "tencentcloud" {}

resource "tencentcloud_cos_bucket_object" "report" {
  bucket        = "examplebucket-1250000000"
  key           = "reports/2026.csv"
  content       = "customer,amount\n"
  content_type  = "text/csv"
  cache_control = "no-store"
  acl           = "private"
}
