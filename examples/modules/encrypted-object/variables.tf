variable "bucket" {
  description = "Bucket, as `name-appid`, such as `examplebucket-1250000000`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]*-[0-9]+$", var.bucket))
    error_message = "The name of the bucket must include the APPID, as in examplebucket-1250000000."
  }
}

variable "key" {
  description = "Key of the object, such as `reports/2026.csv`."
  type        = string
  nullable    = false

  validation {
    condition     = var.key != "" && !endswith(var.key, "/")
    error_message = "The key must name an object, not a folder: it must not be empty or end in a slash."
  }
}

variable "region" {
  description = "Region of the bucket. Default: the region in the provider block."
  type        = string
  default     = null
}

# The body: exactly one of these.

variable "source_file" {
  description = "Path of a file to store."
  type        = string
  default     = null

  validation {
    condition     = length([for set in [var.source_file != null, var.text != null, var.secret_version != null] : set if set]) == 1
    error_message = "Set exactly one of source_file, text, and secret_version (with secret)."
  }
}

variable "text" {
  description = "Text to store. It is stored in the state, and plans show a diff of it."
  type        = string
  default     = null
}

# terraform test of Terraform 1.11 requires a value for each ephemeral variable. That is why "" means none, and not null.
variable "secret" {
  description = "Text to store that is in no state and no plan. It is uploaded when `secret_version` changes. Runs that do not upload it can leave it out."
  type        = string
  default     = ""
  nullable    = false
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.secret == "" || var.secret_version != null
    error_message = "Set secret_version together with secret: a change of it uploads the secret again."
  }
}

variable "secret_version" {
  description = "Version of `secret`, any number. Do not remove it in runs that leave `secret` out."
  type        = number
  default     = null
}

# The encryption.

variable "encryption" {
  description = "`AES256` or `SM4` (SSE-COS: COS keeps the keys), `cos/kms` (SSE-KMS: your key management service keeps them) or `customer` (SSE-C: only you have the key)."
  type        = string
  default     = "AES256"
  nullable    = false

  validation {
    condition     = contains(["AES256", "SM4", "cos/kms", "customer"], var.encryption)
    error_message = "The encryption must be AES256, SM4, cos/kms or customer."
  }
}

variable "kms_key_id" {
  description = "ID of the KMS key, only with `cos/kms`. Default: the default key of COS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_id == null || var.encryption == "cos/kms"
    error_message = "Set kms_key_id only if encryption is cos/kms."
  }
}

variable "kms_context" {
  description = "Encryption context, only with `cos/kms`: the object cannot be decrypted without it. It is stored in the state."
  type        = map(string)
  default     = null

  validation {
    condition     = var.kms_context == null || var.encryption == "cos/kms"
    error_message = "Set kms_context only if encryption is cos/kms."
  }
}

variable "customer_key" {
  description = "Customer key, only with `customer`: the base64 of 32 bytes, as from `openssl rand -base64 32`. It is in no state and no plan. Runs that do not write the object can leave it out."
  type        = string
  default     = ""
  nullable    = false
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.customer_key == "" || var.encryption == "customer"
    error_message = "Set customer_key only if encryption is customer."
  }

  validation {
    condition     = var.customer_key == "" || can(regex("^[A-Za-z0-9+/]{43}=?$", var.customer_key))
    error_message = "The customer key must be the base64 of exactly 32 bytes."
  }
}

# Headers, storage class and tags.

variable "content_type" {
  description = "Media type. Default: guessed from the extension of the key."
  type        = string
  default     = null
}

variable "cache_control" {
  description = "Header `Cache-Control`."
  type        = string
  default     = null
}

variable "metadata" {
  description = "User metadata, names without `x-cos-meta-`. COS does not encrypt it."
  type        = map(string)
  default     = null
}

variable "storage_class" {
  description = "Storage class. Default: `STANDARD` for a new object, then the class that it has."
  type        = string
  default     = null

  validation {
    condition     = var.storage_class == null || can(regex("^((MAZ_)?(STANDARD|STANDARD_IA|INTELLIGENT_TIERING|ARCHIVE)|DEEP_ARCHIVE)$", var.storage_class))
    error_message = "The storage class must be one of COS, such as STANDARD, STANDARD_IA, INTELLIGENT_TIERING, ARCHIVE or DEEP_ARCHIVE."
  }
}

variable "tags" {
  description = "Tags of the object, at most 10, including the provider's `default_tags`. Default: tags are not managed."
  type        = map(string)
  default     = null

  validation {
    condition     = var.tags == null || length(coalesce(var.tags, {})) <= 10
    error_message = "COS allows at most 10 tags for an object."
  }
}

variable "deletion_policy" {
  description = "What a destroy does with the object: `delete`, `delete_version`, `delete_all_versions` or `abandon`."
  type        = string
  default     = "delete"
  nullable    = false

  validation {
    condition     = contains(["delete", "delete_version", "delete_all_versions", "abandon"], var.deletion_policy)
    error_message = "The deletion policy must be delete, delete_version, delete_all_versions or abandon."
  }
}
