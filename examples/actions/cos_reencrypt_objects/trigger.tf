# A new time renews all objects that were written before it, whenever it is applied.
resource "terraform_data" "kms_key_rotated" {
  input = "2026-01-01T00:00:00Z"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.cos_reencrypt_objects.renewal]
    }
  }
}

action "cos_reencrypt_objects" "renewal" {
  config {
    bucket                 = "examplebucket-1250000000"
    prefix                 = "archive/"
    server_side_encryption = "cos/kms"
    sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
    modified_before        = "2026-01-01T00:00:00Z"
  }
}
