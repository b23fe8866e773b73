variables {
  bucket       = "examplebucket-1250000000"
  key          = "tests/rotation.csv"
  text         = "customer,amount\n"
  encryption   = "cos/kms"
  secret       = ""
  customer_key = ""
}

run "under_a_kms_key" {
  variables {
    kms_key_id = "11111111-c05d-11ef-8000-5254005dfa17"
  }

  assert {
    condition     = output.encryption.kms_key_id == "11111111-c05d-11ef-8000-5254005dfa17"
    error_message = "The object is under the KMS key ${output.encryption.kms_key_id}."
  }
}

# The same object: a file of tests has one state, which each run updates. COS copies the object onto itself.
run "under_the_next_kms_key" {
  variables {
    kms_key_id = "22222222-c05d-11ef-8000-5254005dfa17"
  }

  assert {
    condition     = output.encryption.kms_key_id == "22222222-c05d-11ef-8000-5254005dfa17"
    error_message = "The object is still under the KMS key ${output.encryption.kms_key_id}."
  }

  assert {
    condition     = output.content_crc64 == "16642582023408899999"
    error_message = "The rotation changed the body."
  }
}
