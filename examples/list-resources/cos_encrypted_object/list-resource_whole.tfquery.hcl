# Everything that is not under one KMS key, with all attributes.
list "cos_encrypted_object" "other_keys" {
  provider         = cos
  include_resource = true

  config {
    bucket         = "examplebucket-1250000000"
    match          = "**/*.csv"
    not_encryption = ["cos/kms"]
  }
}
