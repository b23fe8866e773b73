# OpenTofu reads neither other runs nor functions of providers in an assertion: these tests do without.
# Every run needs the COS server for tests: see README.md.

variables {
  bucket = "examplebucket-1250000000"
  key    = "tests/object.txt"
  text   = "Hello, COS!\n"

  # Terraform 1.11 needs a value for each ephemeral variable here.
  secret       = ""
  customer_key = ""
}

run "defaults" {
  assert {
    condition     = output.id == "examplebucket-1250000000/tests/object.txt"
    error_message = "The ID is ${output.id}."
  }

  assert {
    condition     = output.url == "https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/tests/object.txt"
    error_message = "The URL is ${output.url}."
  }

  assert {
    condition     = output.encryption.mode == "AES256" && output.encryption.customer_key_md5 == null
    error_message = "The object is not under SSE-COS: ${jsonencode(output.encryption)}"
  }

  assert {
    condition     = cos_encrypted_object.this.storage_class == "STANDARD" && cos_encrypted_object.this.tags == null
    error_message = "The object has another storage class, or tags that nobody asked for."
  }
}

# Not every account has SM4: ask for the plan only.
run "sm4" {
  command = plan

  variables {
    encryption = "SM4"
  }

  assert {
    condition     = output.encryption.mode == "SM4"
    error_message = "The plan has the encryption ${output.encryption.mode}."
  }
}

run "headers_class_and_tags" {
  variables {
    content_type  = "text/markdown"
    cache_control = "no-store"
    metadata      = { team = "platform" }
    storage_class = "STANDARD_IA"
    tags          = { environment = "test" }
  }

  assert {
    condition = alltrue([
      cos_encrypted_object.this.content_type == "text/markdown",
      cos_encrypted_object.this.cache_control == "no-store",
      cos_encrypted_object.this.metadata["team"] == "platform",
      cos_encrypted_object.this.storage_class == "STANDARD_IA",
      cos_encrypted_object.this.tags_all["environment"] == "test",
    ])
    error_message = "The object does not have the headers, the class or the tags that were asked for."
  }

  # Only the bytes decide about the checksum.
  assert {
    condition     = output.content_crc64 == "12412859443229974386"
    error_message = "Other headers changed the body."
  }
}

run "from_a_file" {
  variables {
    text        = null
    source_file = "versions.tf"
    tags        = {}
  }

  assert {
    condition     = cos_encrypted_object.this.content_length == length(file("versions.tf")) && output.etag != null
    error_message = "The object is not the file."
  }
}
