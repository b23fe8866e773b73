# terraform apply -invoke=action.cos_abort_multipart_uploads.forgotten
action "cos_abort_multipart_uploads" "forgotten" {
  config {
    bucket     = "examplebucket-1250000000"
    older_than = "7d"
  }
}
