variables {
  bucket         = "examplebucket-1250000000"
  key            = "tests/secret.txt"
  secret         = "correct horse battery staple"
  secret_version = 1
  encryption     = "cos/kms"
  kms_key_id     = "11111111-c05d-11ef-8000-5254005dfa17"
  kms_context    = { department = "finance" }
  customer_key   = ""
}

run "a_secret_under_a_kms_key" {
  assert {
    condition     = output.encryption.mode == "cos/kms" && output.encryption.kms_key_id == var.kms_key_id
    error_message = "The secret is stored in another way: ${jsonencode(output.encryption)}"
  }

  # Either one would reveal a short secret to anyone who can read the state.
  assert {
    condition     = output.etag == null && output.content_crc64 == null
    error_message = "The state has a checksum of the secret."
  }
}

# As in a pipeline that only plans, and has no access to the secret.
run "runs_without_the_secret" {
  command = plan

  variables {
    secret = ""
  }

  assert {
    condition     = output.version_id == null && cos_encrypted_object.this.content_length == 28
    error_message = "A run without the secret changes the object."
  }
}
