# What is not encrypted below a prefix.
list "cos_encrypted_object" "unencrypted" {
  provider = cos
  limit    = 500

  config {
    bucket     = "examplebucket-1250000000"
    prefix     = "reports/"
    encryption = ["none"]
  }
}
