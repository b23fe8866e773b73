terraform {
  # Write-only arguments came with 1.11, in Terraform and in OpenTofu.
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
      # The lowest version that the module needs. Its callers choose.
      version = ">= 0.1.0"
    }
  }
}
