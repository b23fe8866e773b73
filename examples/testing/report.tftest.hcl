# No credentials, no bucket: nothing is sent.
mock_provider "cos" {
  # The values of the report that the module passes on.
  override_resource {
    target = cos_encrypted_object.report
    values = {
      region         = "ap-guangzhou"
      storage_class  = "STANDARD"
      sse_kms_key_id = "00000000-0000-0000-0000-000000000000"
      etag           = "5d41402abc4b2a76b9719d911017c592"
      version_id     = null
    }
  }
}

run "the_copy_is_stored_as_the_report" {
  assert {
    condition     = cos_encrypted_object.copy.server_side_encryption == "cos/kms"
    error_message = "The copy is not encrypted by KMS."
  }

  assert {
    condition     = cos_encrypted_object.copy.storage_class == "STANDARD"
    error_message = "The copy has another storage class."
  }

  assert {
    condition     = output.url == "https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/copies/2026.csv"
    error_message = "The copy is somewhere else: ${output.url}"
  }
}
