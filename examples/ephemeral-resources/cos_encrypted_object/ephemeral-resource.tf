# A secret that is kept as an encrypted object. It is read during plan and apply, and is in no state and in no plan.
ephemeral "cos_encrypted_object" "database" {
  bucket = "examplebucket-1250000000"
  key    = "secrets/database.json"
}

# The end of a log: no more than that is downloaded.
ephemeral "cos_encrypted_object" "log" {
  bucket                = "examplebucket-1250000000"
  key                   = "archive/app.log"
  range                 = "bytes=-100"
  sse_customer_key_name = "archive"
}

# It goes wherever nothing is stored: into provider blocks, other ephemeral values, and write-only arguments.
resource "cos_encrypted_object" "password" {
  bucket                 = "examplebucket-1250000000"
  key                    = "app/password.txt"
  content_wo             = jsondecode(ephemeral.cos_encrypted_object.database.body).password
  content_wo_version     = 1
  server_side_encryption = "AES256"
}

# An object that this configuration writes: its version makes the read wait for the write, also in a bucket without versioning.
resource "cos_encrypted_object" "settings" {
  bucket                 = "examplebucket-1250000000"
  key                    = "app/settings.json"
  content                = jsonencode({ user = "app" })
  server_side_encryption = "AES256"
}

ephemeral "cos_encrypted_object" "settings" {
  bucket     = cos_encrypted_object.settings.bucket
  key        = cos_encrypted_object.settings.key
  version_id = cos_encrypted_object.settings.version_id
}

resource "cos_encrypted_object" "user" {
  bucket                 = "examplebucket-1250000000"
  key                    = "app/user.txt"
  content_wo             = jsondecode(ephemeral.cos_encrypted_object.settings.body).user
  content_wo_version     = 1
  server_side_encryption = "AES256"
}
