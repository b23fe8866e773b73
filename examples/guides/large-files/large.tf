provider "cos" {
  region = "ap-guangzhou"

  # 8 parts of 32 MiB are sent at a time.
  part_size          = 32
  upload_concurrency = 8
}

resource "cos_encrypted_object" "image" {
  bucket                 = "examplebucket-1250000000"
  key                    = "images/disk.img"
  source                 = "${path.module}/disk.img"
  server_side_encryption = "AES256"
}
