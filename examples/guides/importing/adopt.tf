locals {
  contracts = toset(["contracts/2025.csv", "contracts/2026.csv"])
}

import {
  for_each = local.contracts
  to       = cos_encrypted_object.contract[each.key]
  id       = "ap-guangzhou:examplebucket-1250000000/${each.key}"
}

resource "cos_encrypted_object" "contract" {
  for_each = local.contracts

  bucket                 = "examplebucket-1250000000"
  key                    = each.key
  server_side_encryption = "AES256"
}
