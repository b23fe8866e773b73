import {
  to = cos_bucket_encryption.reports
  identity = {
    bucket = "examplebucket-1250000000"
    region = "ap-guangzhou"
  }
}
