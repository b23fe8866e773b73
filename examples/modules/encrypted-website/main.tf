# HTML pages are uploaded after the files that they link to. Removed files stay for a while, for pages that are still open.
resource "cos_encrypted_directory" "this" {
  bucket = var.bucket
  prefix = var.prefix
  region = var.region
  source = var.source_dir

  exclude     = var.exclude
  upload_last = var.upload_last

  server_side_encryption = var.encryption
  sse_kms_key_id         = var.kms_key_id

  # The last rule that matches a file wins.
  rules = concat(
    [{ match = "**", cache_control = var.cache_control }],
    [for pattern in var.hashed_assets : { match = pattern, cache_control = var.hashed_assets_cache_control }],
  )

  storage_class = var.storage_class
  metadata      = var.metadata

  removed_files   = var.removed_files
  deletion_policy = var.deletion_policy
}
