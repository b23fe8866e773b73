# terraform apply -invoke=action.cos_reencrypt_objects.estimate
action "cos_reencrypt_objects" "estimate" {
  config {
    bucket                 = "examplebucket-1250000000"
    prefix                 = "reports/"
    server_side_encryption = "cos/kms"
    sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
    dry_run                = true
  }
}

# terraform apply -invoke=action.cos_reencrypt_objects.reports
action "cos_reencrypt_objects" "reports" {
  config {
    bucket                 = "examplebucket-1250000000"
    prefix                 = "reports/"
    server_side_encryption = "cos/kms"
    sse_kms_key_id         = "11111111-c05d-11ef-8000-5254005dfa17"
    report_file            = "reencryption.jsonl"
  }
}
