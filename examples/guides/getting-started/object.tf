resource "cos_encrypted_object" "hello" {
  bucket                 = "examplebucket-1250000000"
  key                    = "hello.txt"
  text                   = "Hello, COS!\n"
  server_side_encryption = "AES256"
}
