variable "customer_keys" {
  description = "Customer keys (SSE-C) by name: the new ones, and the old ones until nothing is encrypted with them"
  type        = map(string)
  ephemeral   = true
}

provider "cos" {
  region            = "ap-guangzhou"
  sse_customer_keys = var.customer_keys
}
