variable "customer_keys" {
  description = "Customer keys (SSE-C) by name, each the base64 of 32 random bytes"
  type        = map(string)
  ephemeral   = true
}

provider "cos" {
  region            = "ap-guangzhou"
  sse_customer_keys = var.customer_keys

  # For objects that declare no encryption.
  default_encryption = {
    server_side_encryption = "AES256"
  }
}
