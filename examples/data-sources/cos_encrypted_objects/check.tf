# Outside the check: inside it, an audit that fails would only be a warning.
data "cos_encrypted_objects" "plain" {
  bucket     = "examplebucket-1250000000"
  prefix     = "reports/"
  encryption = ["none"]
}

# Warns, and lets the run go on.
check "reports_are_encrypted" {
  assert {
    condition     = length(data.cos_encrypted_objects.plain.objects) == 0
    error_message = "Not encrypted: ${join(", ", data.cos_encrypted_objects.plain.objects[*].key)}"
  }
}
