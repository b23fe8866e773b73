# The default of the provider: SSE-COS.
resource "cos_encrypted_object" "page" {
  bucket = "examplebucket-1250000000"
  key    = "site/robots.txt"
  text   = "User-agent: *\n"
}

# SSE-KMS, with a key of your own in Tencent Cloud KMS.
resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.csv"
  content                = "customer,amount\n"
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
  sse_context            = provider::cos::sse_context({ department = "finance" })
}

# SSE-C, with a key that COS does not keep.
resource "cos_encrypted_object" "backup" {
  bucket                = "examplebucket-1250000000"
  key                   = "backup/2026.sql"
  content               = "select 1;\n"
  sse_customer_key_name = "backup"
}
