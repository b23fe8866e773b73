# Uploads that name no encryption get SSE-KMS with this key.
resource "cos_bucket_encryption" "reports" {
  bucket                 = "examplebucket-1250000000"
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
}
