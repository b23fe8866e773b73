variable "master_key" {
  description = "Master key: base64 of at least 32 random bytes, from your vault."
  type        = string
  ephemeral   = true
}

# The object has a key of its own, which is in no state and in no plan.
resource "cos_encrypted_object" "ledger" {
  bucket              = "examplebucket-1250000000"
  key                 = "ledger/2026.csv"
  content             = "date,amount\n"
  sse_customer_key_wo = provider::cos::derive_customer_key(var.master_key, "examplebucket-1250000000", "ledger/2026.csv")
}
