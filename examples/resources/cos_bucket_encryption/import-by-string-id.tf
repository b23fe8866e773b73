import {
  to = cos_bucket_encryption.reports
  id = "examplebucket-1250000000"
}
