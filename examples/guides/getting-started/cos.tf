terraform {
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}

# Credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.
provider "cos" {
  region = "ap-guangzhou"
}
