resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.txt"
  content                = "All is well."
  server_side_encryption = "cos/kms"
  sse_context            = provider::cos::sse_context({ department = "finance", year = "2026" })
}
