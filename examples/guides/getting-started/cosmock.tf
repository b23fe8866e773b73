terraform {
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}

# The bundled server: its address, its certificate, and the key that it expects.
provider "cos" {
  region              = "ap-guangzhou"
  endpoint            = "https://127.0.0.1:8443"
  ca_certificate_file = "ca.pem"
  secret_id           = "AKIDcosmockcosmockcosmockcosmock"
  secret_key          = "cosmockcosmockcosmockcosmockcosm"
}
