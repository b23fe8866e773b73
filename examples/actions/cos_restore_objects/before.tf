# Archived objects cannot be copied: restore them first, then encrypt them anew.
# terraform apply -invoke=action.cos_restore_objects.first
# terraform apply -invoke=action.cos_reencrypt_objects.then
action "cos_restore_objects" "first" {
  config {
    bucket = "examplebucket-1250000000"
    prefix = "vault/"
    days   = 1
    wait   = true
  }
}

action "cos_reencrypt_objects" "then" {
  config {
    bucket                 = "examplebucket-1250000000"
    prefix                 = "vault/"
    server_side_encryption = "cos/kms"
    sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
  }
}
