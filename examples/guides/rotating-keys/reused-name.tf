variable "key" {
  type      = string
  ephemeral = true
}

variable "key_before" {
  type      = string
  ephemeral = true
}

provider "cos" {
  region = "ap-guangzhou"

  sse_customer_keys = {
    reports        = var.key
    reports-before = var.key_before
  }
}

resource "cos_encrypted_object" "summary" {
  bucket                = "examplebucket-1250000000"
  key                   = "reports/summary.csv"
  content               = "total\n"
  sse_customer_key_name = "reports"
}
