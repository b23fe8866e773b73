resource "cos_encrypted_directory" "templates" {
  bucket                 = "examplebucket-1250000000"
  prefix                 = "templates/"
  source                 = "${path.module}/templates"
  existing               = "adopt_identical"
  server_side_encryption = "AES256"
}
