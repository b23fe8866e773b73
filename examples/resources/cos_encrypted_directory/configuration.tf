# Configuration files under a key of your key management service.
resource "cos_encrypted_directory" "configuration" {
  bucket                 = "examplebucket-1250000000"
  prefix                 = "configuration/"
  source                 = "${path.module}/config"
  include                = ["**/*.json"]
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
  removed_files          = "keep"
}
