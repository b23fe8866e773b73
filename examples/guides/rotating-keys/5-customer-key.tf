resource "cos_encrypted_object" "report" {
  bucket                = "examplebucket-1250000000"
  key                   = "reports/2026.csv"
  content               = "customer,amount\n"
  sse_customer_key_name = "reports-2027"
}
