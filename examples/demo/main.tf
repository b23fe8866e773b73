# One object per encryption, and one that comes from a file. "make demo" applies this against the COS server in the
# box; with a region, credentials and a bucket of your own, and without endpoint and CA, it is good for the real COS.

terraform {
  required_version = ">= 1.11"

  required_providers {
    cos = {
      source = "cos-terraform/cos"
    }
  }
}

provider "cos" {
  region              = var.region
  secret_id           = var.secret_id
  secret_key          = var.secret_key
  endpoint            = var.endpoint
  ca_certificate_file = var.ca_certificate_file

  # Ephemeral: the keys are in no state and in no plan file.
  sse_customer_keys = var.customer_keys
}

# SSE-COS: COS makes and keeps the keys.
resource "cos_encrypted_object" "sse_cos" {
  bucket                 = var.bucket
  key                    = "demo/sse-cos.txt"
  content                = "Encrypted under a key that COS makes and keeps.\n"
  server_side_encryption = "AES256"
}

# SSE-KMS: the key is in your key management service.
resource "cos_encrypted_object" "sse_kms" {
  bucket                 = var.bucket
  key                    = "demo/sse-kms.txt"
  content                = "Encrypted under a key in KMS.\n"
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = var.kms_key_id
}

# SSE-C: the key is yours, COS forgets it after each request, and nobody reads the object without it.
resource "cos_encrypted_object" "sse_c" {
  bucket                = var.bucket
  key                   = "demo/sse-c.txt"
  content               = var.message
  sse_customer_key_name = "demo"
}

# A file is streamed, whatever its size.
resource "cos_encrypted_object" "file" {
  bucket                = var.bucket
  key                   = "demo/ledger.csv"
  source                = "${path.module}/ledger.csv"
  sse_customer_key_name = "demo"
}
