variable "key_text" {
  description = "A customer key of exactly 32 bytes, as text."
  type        = string
  ephemeral   = true
}

provider "cos" {
  sse_customer_keys = {
    archive = provider::cos::sse_customer_key(var.key_text)
  }
}
