resource "cos_encrypted_directory" "pages" {
  bucket                 = "examplebucket-1250000000"
  prefix                 = "pages/"
  source                 = "${path.module}/pages"
  server_side_encryption = "AES256"
}
