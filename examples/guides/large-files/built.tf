# The file is written during the apply, from its own source.
resource "terraform_data" "export" {
  triggers_replace = filesha256("${path.module}/export.csv")

  provisioner "local-exec" {
    command     = "gzip -n < export.csv > export.csv.gz"
    working_dir = path.module
  }
}

resource "cos_encrypted_object" "export" {
  bucket                 = "examplebucket-1250000000"
  key                    = "exports/export.csv.gz"
  source                 = "${path.module}/export.csv.gz"
  source_hash            = filesha256("${path.module}/export.csv")
  server_side_encryption = "AES256"

  depends_on = [terraform_data.export]
}
