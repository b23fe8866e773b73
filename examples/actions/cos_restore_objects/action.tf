# terraform apply -invoke=action.cos_restore_objects.backups
action "cos_restore_objects" "backups" {
  config {
    bucket      = "examplebucket-1250000000"
    prefix      = "backups/"
    days        = 7
    tier        = "Bulk"
    report_file = "restored.jsonl"
  }
}
