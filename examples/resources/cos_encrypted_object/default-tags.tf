provider "cos" {
  region = "ap-guangzhou"

  # Tags of every object.
  default_tags = {
    team        = "platform"
    environment = "production"
  }

  # Tags that other systems set.
  ignore_tags = {
    keys         = ["cost-center"]
    key_prefixes = ["scanner:"]
  }
}

resource "cos_encrypted_object" "invoice" {
  bucket                 = "examplebucket-1250000000"
  key                    = "invoices/2026-01.txt"
  content                = "paid"
  server_side_encryption = "AES256"

  # Together with those of the provider block: environment is "test" here.
  tags = {
    environment = "test"
    year        = "2026"
  }
}

output "tags" {
  value = cos_encrypted_object.invoice.tags_all
}
