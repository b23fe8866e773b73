# SSE-COS: COS makes and keeps the keys.
resource "cos_encrypted_object" "settings" {
  bucket                 = "examplebucket-1250000000"
  key                    = "app/settings.json"
  content                = jsonencode({ log_level = "info" })
  server_side_encryption = "AES256"

  metadata = {
    team = "platform"
  }
}

# SSE-KMS: the key is in your key management service.
resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.csv"
  source                 = "${path.module}/report.csv"
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"

  # Bound to the ciphertext: nobody decrypts it without naming the same.
  sse_context = base64encode(jsonencode({ department = "finance" }))
}

# SSE-C: the key is yours, here one of the provider's keyring. Only its name and its MD5 are in the state.
resource "cos_encrypted_object" "archive" {
  bucket                = "examplebucket-1250000000"
  key                   = "archive/2026.csv"
  source                = "${path.module}/report.csv"
  sse_customer_key_name = "archive"
  cache_control         = "no-store"
}
