resource "cos_encrypted_object" "report" {
  bucket                 = "examplebucket-1250000000"
  key                    = "reports/2026.csv"
  content                = "customer,amount\n"
  server_side_encryption = "AES256"
}
