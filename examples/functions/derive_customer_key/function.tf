variable "master_key" {
  description = "Master key: base64 of at least 32 random bytes, from your vault."
  type        = string
  ephemeral   = true
}

# A key of its own for the object, of which nothing is in the state.
resource "cos_encrypted_object" "ledger" {
  bucket              = "examplebucket-1250000000"
  key                 = "ledger/2026.csv"
  content             = "date,amount\n"
  sse_customer_key_wo = provider::cos::derive_customer_key(var.master_key, "examplebucket-1250000000", "ledger/2026.csv")
}
