# A website: pages are written after what they link to.
resource "cos_encrypted_directory" "site" {
  bucket                 = "examplebucket-1250000000"
  prefix                 = "site/"
  source                 = "${path.module}/site"
  exclude                = ["**/*.map"]
  server_side_encryption = "AES256"

  rules = [
    { match = "**", cache_control = "no-cache" },
    { match = "assets/**", cache_control = "public, max-age=31536000, immutable" },
  ]

  # Pages that are still open find the assets of the version before.
  removed_files = "next_apply"
}

# Whatever purges the CDN runs when a byte, a key or a header of the site has changed.
resource "terraform_data" "purge" {
  triggers_replace = cos_encrypted_directory.site.digest
}
