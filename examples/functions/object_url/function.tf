output "url" {
  # https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/reports/2026%20draft.csv
  value = provider::cos::object_url("examplebucket-1250000000", "ap-guangzhou", "reports/2026 draft.csv")
}
