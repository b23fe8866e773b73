# Values that COS could return.
mock_resource "cos_encrypted_object" {
  defaults = {
    region                 = "ap-guangzhou"
    server_side_encryption = "AES256"
    sse_kms_key_id         = "00000000-0000-0000-0000-000000000000"
    storage_class          = "STANDARD"
    content_type           = "application/octet-stream"
    content_length         = 5
    content_crc64          = "11177612005948864433"
    etag                   = "5d41402abc4b2a76b9719d911017c592"
    version_id             = null
    last_modified          = "2026-01-02T03:04:05Z"
    sse_customer_key_name  = null
    sse_customer_key_md5   = null
  }
}
