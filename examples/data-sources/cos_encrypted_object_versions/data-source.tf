# What still lies under the old KMS key after a rotation.
data "cos_encrypted_object_versions" "old_key" {
  bucket         = "examplebucket-1250000000"
  prefix         = "reports/"
  sse_kms_key_id = "11111111-c05d-11ef-8000-5254005dfa17"
  limit          = 1000
}

output "under_the_old_key" {
  value = [for v in data.cos_encrypted_object_versions.old_key.versions : "${v.key} ${v.version_id}"]
}

# The history of one object, the newest version first.
data "cos_encrypted_object_versions" "history" {
  bucket = "examplebucket-1250000000"
  key    = "reports/a.csv"
}
