data "cos_bucket_encryption" "reports" {
  bucket = "examplebucket-1250000000"

  lifecycle {
    postcondition {
      condition     = self.server_side_encryption == "cos/kms"
      error_message = "The bucket ${self.bucket} does not encrypt uploads with KMS by default."
    }
  }
}
