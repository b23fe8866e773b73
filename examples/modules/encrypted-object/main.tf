resource "cos_encrypted_object" "this" {
  bucket = var.bucket
  key    = var.key
  region = var.region

  source             = var.source_file
  text               = var.text
  content_wo         = var.secret == "" ? null : var.secret
  content_wo_version = var.secret_version

  # Under SSE-C, the key alone declares the encryption.
  server_side_encryption = var.encryption == "customer" ? null : var.encryption
  sse_kms_key_id         = var.kms_key_id
  sse_context            = var.kms_context == null ? null : provider::cos::sse_context(var.kms_context)
  sse_customer_key_wo    = var.customer_key == "" ? null : var.customer_key

  content_type  = var.content_type
  cache_control = var.cache_control
  metadata      = var.metadata
  storage_class = var.storage_class
  tags          = var.tags

  deletion_policy = var.deletion_policy

  lifecycle {
    # Without its key, an object under SSE-C must not get the provider's default_encryption.
    postcondition {
      condition     = self.server_side_encryption == (var.encryption == "customer" ? null : var.encryption)
      error_message = "The object would not be encrypted as declared. With encryption = \"customer\", set customer_key."
    }
  }
}
