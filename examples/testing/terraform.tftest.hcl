# Terraform only: OpenTofu reads no mock files.
mock_provider "cos" {
  source = "./mocks"
}

run "with_the_values_of_the_mock_file" {
  assert {
    condition     = cos_encrypted_object.copy.storage_class == "STANDARD"
    error_message = "The copy has another storage class."
  }
}
