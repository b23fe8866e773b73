provider "cos" {
  region = "ap-guangzhou"

  default_encryption = {
    server_side_encryption = "cos/kms"
    sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
  }

  require_encryption = {
    modes                       = ["cos/kms", "customer"]
    sse_kms_key_ids             = ["11111111-c05d-11ef-8000-5254005dfa17"]
    allow_customer_key_in_state = false
  }
}
