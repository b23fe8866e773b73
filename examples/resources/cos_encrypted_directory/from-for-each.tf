# Before, one instance for each file:
#
#   resource "cos_encrypted_object" "file" {
#     for_each = fileset("${path.module}/config", "**")
#     ...
#   }
#
# Terraform forgets these instances, and the directory takes over their objects as they are.
removed {
  from = cos_encrypted_object.file

  lifecycle {
    destroy = false
  }
}

resource "cos_encrypted_directory" "files" {
  bucket                 = "examplebucket-1250000000"
  prefix                 = "files/"
  source                 = "${path.module}/config"
  existing               = "adopt_identical"
  server_side_encryption = "AES256"
}
