data "cos_encrypted_object" "settings" {
  bucket    = "examplebucket-1250000000"
  key       = "app/settings.json"
  read_body = "text"

  lifecycle {
    postcondition {
      condition     = self.server_side_encryption == "cos/kms"
      error_message = "The settings are not under a KMS key."
    }
  }
}

output "log_level" {
  value     = jsondecode(data.cos_encrypted_object.settings.body).log_level
  sensitive = true
}
