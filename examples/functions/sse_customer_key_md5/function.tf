variable "archive_key" {
  description = "The customer key of the archive: base64 of 32 bytes."
  type        = string
  sensitive   = true
}

# The MD5 of a random key does not reveal it, and says which of your keys an object is under.
output "archive_key_md5" {
  value = nonsensitive(provider::cos::sse_customer_key_md5(var.archive_key))
}
