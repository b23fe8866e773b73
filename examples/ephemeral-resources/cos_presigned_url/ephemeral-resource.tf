# For a download within a quarter of an hour, by somebody who has no credentials.
ephemeral "cos_presigned_url" "download" {
  bucket = "examplebucket-1250000000"
  key    = "app/password.txt"
}

# For an upload that COS takes only if it is encrypted under this KMS key. The headers have to be sent with it.
ephemeral "cos_presigned_url" "upload" {
  bucket                 = "examplebucket-1250000000"
  key                    = "inbox/report.csv"
  method                 = "PUT"
  expires_in             = "1h"
  server_side_encryption = "cos/kms"
  sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
}

# The URL itself as a secret for an application to find.
resource "cos_encrypted_object" "invitation" {
  bucket                 = "examplebucket-1250000000"
  key                    = "app/invitation.json"
  server_side_encryption = "AES256"
  content_wo_version     = 1
  content_wo = jsonencode({
    url     = ephemeral.cos_presigned_url.upload.url
    headers = ephemeral.cos_presigned_url.upload.headers
    until   = ephemeral.cos_presigned_url.upload.expires_at
  })
}
