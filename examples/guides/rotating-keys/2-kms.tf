resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.csv"
  content                = "customer,amount\n"
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
}
