# Fails the run.
data "cos_encrypted_objects" "all" {
  bucket      = "examplebucket-1250000000"
  counts_only = true

  lifecycle {
    postcondition {
      condition     = self.complete && self.counts["none"] == 0 && self.counts["customer_unknown"] == 0
      error_message = "The bucket holds objects without encryption, or under an unknown customer key."
    }
  }
}
