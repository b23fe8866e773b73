variables {
  bucket     = "examplebucket-1250000000"
  prefix     = "internal/"
  source_dir = "tests/site"
  exclude    = ["**/*.map"]
  encryption = "cos/kms"
}

run "under_a_kms_key" {
  variables {
    kms_key_id = "11111111-c05d-11ef-8000-5254005dfa17"
  }

  assert {
    condition     = cos_encrypted_directory.this.server_side_encryption == "cos/kms" && cos_encrypted_directory.this.sse_kms_key_id == "11111111-c05d-11ef-8000-5254005dfa17"
    error_message = "The files are under another key."
  }
}

# The same files: COS copies each onto itself, and nothing is uploaded.
run "under_the_next_kms_key" {
  variables {
    kms_key_id = "22222222-c05d-11ef-8000-5254005dfa17"
  }

  assert {
    condition     = cos_encrypted_directory.this.sse_kms_key_id == "22222222-c05d-11ef-8000-5254005dfa17"
    error_message = "The files are under another key."
  }
}
