moved {
  from = tencentcloud_cos_bucket_object.report
  to   = cos_encrypted_object.report
}
