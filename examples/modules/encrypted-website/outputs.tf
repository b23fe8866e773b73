output "bucket" {
  description = "Bucket."
  value       = cos_encrypted_directory.this.bucket
}

output "prefix" {
  description = "Folder in the bucket."
  value       = var.prefix
}

output "region" {
  description = "Region of the bucket."
  value       = cos_encrypted_directory.this.region
}

output "url" {
  description = "URL of the index document, on the default domain of the bucket."
  value = provider::cos::object_url(
    cos_encrypted_directory.this.bucket, cos_encrypted_directory.this.region, "${var.prefix}${var.index_document}",
  )
}

output "digest" {
  description = "Changes if and only if a byte, a key or a header of the site does. Trigger the purge of a CDN with it."
  value       = cos_encrypted_directory.this.digest
}

output "files" {
  description = "Checksum (CRC64) of each file, by key."
  value       = cos_encrypted_directory.this.files
}

output "file_count" {
  description = "Number of files."
  value       = cos_encrypted_directory.this.file_count
}

output "total_size" {
  description = "Size of all files in bytes."
  value       = cos_encrypted_directory.this.total_size
}
