terraform {
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}

# The credentials come from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.
provider "cos" {
  region = "ap-guangzhou"

  # The keyring: customer keys by name. An ephemeral value is in no state and no plan file.
  sse_customer_keys = var.customer_keys
}

variable "customer_keys" {
  description = "Customer keys (SSE-C) by name, each the base64 of 32 bytes, as from: openssl rand -base64 32"
  type        = map(string)
  ephemeral   = true
  sensitive   = true
}
