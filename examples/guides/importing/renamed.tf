locals {
  contracts = toset(["contracts/2025.csv", "contracts/2026.csv"])
}

resource "cos_encrypted_object" "signed" {
  for_each = local.contracts

  bucket                 = "examplebucket-1250000000"
  key                    = each.key
  server_side_encryption = "AES256"
}

moved {
  from = cos_encrypted_object.contract
  to   = cos_encrypted_object.signed
}
