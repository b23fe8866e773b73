output "id" {
  description = "Bucket and key, as `bucket/key`."
  value       = cos_encrypted_object.this.id
}

output "bucket" {
  description = "Bucket."
  value       = cos_encrypted_object.this.bucket
}

output "key" {
  description = "Key of the object."
  value       = cos_encrypted_object.this.key
}

output "region" {
  description = "Region of the bucket."
  value       = cos_encrypted_object.this.region
}

output "url" {
  description = "URL of the object. Requests to it must be signed, unless the bucket is public."
  value = provider::cos::object_url(
    cos_encrypted_object.this.bucket, cos_encrypted_object.this.region, cos_encrypted_object.this.key,
  )
}

output "etag" {
  description = "ETag, which changes with every write. Null with `secret`."
  value       = cos_encrypted_object.this.etag
}

output "version_id" {
  description = "Version of the object, in a bucket with versioning."
  value       = cos_encrypted_object.this.version_id
}

output "content_crc64" {
  description = "Checksum of the body, which changes only with its bytes. Null with `secret`."
  value       = cos_encrypted_object.this.content_crc64
}

output "encryption" {
  description = "How the object is encrypted, as COS returns it: `mode`, `kms_key_id` and `customer_key_md5`."
  value = {
    mode             = coalesce(cos_encrypted_object.this.server_side_encryption, "customer")
    kms_key_id       = cos_encrypted_object.this.sse_kms_key_id
    customer_key_md5 = cos_encrypted_object.this.sse_customer_key_md5
  }
}
