variable "bucket" {
  description = "Bucket, as `name-appid`, such as `examplebucket-1250000000`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]*-[0-9]+$", var.bucket))
    error_message = "The name of the bucket must include the APPID, as in examplebucket-1250000000."
  }
}

variable "prefix" {
  description = "Folder in the bucket, such as `site/`. Default: the bucket itself."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.prefix == "" || endswith(var.prefix, "/") && !startswith(var.prefix, "/")
    error_message = "The prefix must end in a slash and must not begin with one, as in site/."
  }
}

variable "region" {
  description = "Region of the bucket. Default: the region in the provider block."
  type        = string
  default     = null
}

variable "source_dir" {
  description = "Path of the folder with the built site."
  type        = string
  nullable    = false

  validation {
    condition     = var.source_dir != ""
    error_message = "The path of the site must not be empty."
  }
}

variable "index_document" {
  description = "File that `url` leads to, relative to `source_dir`."
  type        = string
  default     = "index.html"
  nullable    = false

  validation {
    condition     = !startswith(var.index_document, "/")
    error_message = "The index document is relative to source_dir: it must not begin with a slash."
  }
}

variable "exclude" {
  description = "Patterns of files that are not uploaded, such as `**/*.map`."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "upload_last" {
  description = "Patterns of files that are uploaded together with the HTML pages, after all others, such as a service worker: `sw.js`."
  type        = list(string)
  default     = []
  nullable    = false
}

# The encryption. A browser has no customer key, so SSE-C is not for websites.

variable "encryption" {
  description = "`AES256` or `SM4` (SSE-COS) or `cos/kms` (SSE-KMS: each reader needs a signed request and the permission to decrypt, such as a CDN with back-to-origin authentication)."
  type        = string
  default     = "AES256"
  nullable    = false

  validation {
    condition     = contains(["AES256", "SM4", "cos/kms"], var.encryption)
    error_message = "The encryption must be AES256, SM4 or cos/kms."
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

# Caching.

variable "cache_control" {
  description = "Header `Cache-Control` of pages, and of all files whose name stays the same when they change."
  type        = string
  default     = "no-cache"
  nullable    = false
}

variable "hashed_assets" {
  description = "Patterns of files that have a hash in their name, so that they never change. `[]` if the site has none."
  type        = list(string)
  default     = ["assets/**"]
  nullable    = false

  validation {
    condition     = !anytrue([for pattern in var.hashed_assets : contains(["**", "**/*", "*", "*.html", "**/*.html"], pattern)])
    error_message = "Pages keep their names when they change. If they were cached for long, nobody would see the new site."
  }
}

variable "hashed_assets_cache_control" {
  description = "Header `Cache-Control` of `hashed_assets`."
  type        = string
  default     = "public, max-age=31536000, immutable"
  nullable    = false
}

# Storage class, metadata and removals.

variable "storage_class" {
  description = "Storage class. Default: `STANDARD` for new files, then the class that they have."
  type        = string
  default     = null

  validation {
    condition     = var.storage_class == null || can(regex("^(MAZ_)?(STANDARD|STANDARD_IA|INTELLIGENT_TIERING)$", var.storage_class))
    error_message = "The storage class must be STANDARD, STANDARD_IA or INTELLIGENT_TIERING: archived files cannot be served."
  }
}

variable "metadata" {
  description = "User metadata of all files, names without `x-cos-meta-`."
  type        = map(string)
  default     = null
}

variable "removed_files" {
  description = "What becomes of files that the site no longer has: `next_apply` (they stay for pages that are still open, until the next apply that changes something), `delete` or `keep`."
  type        = string
  default     = "next_apply"
  nullable    = false

  validation {
    condition     = contains(["next_apply", "delete", "keep"], var.removed_files)
    error_message = "removed_files must be next_apply, delete or keep."
  }
}

variable "deletion_policy" {
  description = "What a destroy does with the site: `delete` or `abandon`."
  type        = string
  default     = "delete"
  nullable    = false

  validation {
    condition     = contains(["delete", "abandon"], var.deletion_policy)
    error_message = "The deletion policy must be delete or abandon."
  }
}
