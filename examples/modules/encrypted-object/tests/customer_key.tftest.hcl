# These keys are for tests only. Take yours from a secret manager, by an ephemeral resource.
variables {
  bucket     = "examplebucket-1250000000"
  key        = "tests/customer-key.csv"
  text       = "customer,amount\n"
  secret     = ""
  encryption = "customer"
}

run "under_a_customer_key" {
  variables {
    customer_key = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
  }

  assert {
    condition     = output.encryption.mode == "customer" && output.encryption.customer_key_md5 == "U5L61r7jcwdNvT7frmUG8g=="
    error_message = "The object is not under the customer key: ${jsonencode(output.encryption)}"
  }
}

run "under_the_next_customer_key" {
  variables {
    customer_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
  }

  assert {
    condition     = output.encryption.customer_key_md5 == "hRasmdxgYDKV3nvbahU1MA=="
    error_message = "The object is still under another key: ${jsonencode(output.encryption)}"
  }

  assert {
    condition     = output.content_crc64 == "16642582023408899999"
    error_message = "The rotation changed the body."
  }
}

run "plans_without_the_key" {
  command = plan

  variables {
    customer_key = ""
  }

  assert {
    condition     = output.etag != null && output.encryption.customer_key_md5 == "hRasmdxgYDKV3nvbahU1MA=="
    error_message = "A run without the key changes the object."
  }
}
