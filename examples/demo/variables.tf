variable "region" {
  description = "Region of the bucket, such as ap-guangzhou."
  type        = string
}

variable "bucket" {
  description = "Bucket, as name-appid."
  type        = string
}

variable "secret_id" {
  description = "SecretId of the API key."
  type        = string
  ephemeral   = true
}

variable "secret_key" {
  description = "SecretKey of the API key."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "endpoint" {
  description = "Base URL of COS; null is the public one of the region."
  type        = string
  default     = null
}

variable "ca_certificate_file" {
  description = "PEM file of a CA that is trusted for the endpoint; null for the public one."
  type        = string
  default     = null
}

variable "kms_key_id" {
  description = "ID of a KMS key; null is the default key of COS."
  type        = string
  default     = null
}

variable "customer_keys" {
  description = "Customer keys (SSE-C) by name, each the base64 of 32 bytes. The demo uses the one named demo."
  type        = map(string)
  ephemeral   = true
  sensitive   = true
}

variable "message" {
  description = "Body of the object under SSE-C."
  type        = string
  default     = "Nobody reads this without the key.\n"
}
