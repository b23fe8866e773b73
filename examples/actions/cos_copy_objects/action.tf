# A backup in another region, under a key of that region.
# terraform apply -invoke=action.cos_copy_objects.backup
action "cos_copy_objects" "backup" {
  config {
    source_bucket = "examplebucket-1250000000"
    source_prefix = "ledger/"

    bucket                 = "backupbucket-1250000000"
    region                 = "ap-shanghai"
    prefix                 = "2026/ledger/"
    server_side_encryption = "cos/kms"
    sse_kms_key_id         = "22222222-c05d-11ef-8000-5254005dfa17"
    storage_class          = "STANDARD_IA"
    report_file            = "backup.jsonl"
  }
}
