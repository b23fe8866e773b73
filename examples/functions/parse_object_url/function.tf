output "report" {
  # { bucket = "examplebucket-1250000000", region = "ap-guangzhou", key = "reports/2026 draft.csv", version_id = null }
  value = provider::cos::parse_object_url("https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/reports/2026%20draft.csv")
}
