output "report_crc64" {
  value = provider::cos::filecrc64("${path.module}/report.csv")
}
