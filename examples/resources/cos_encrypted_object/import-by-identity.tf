import {
  to = cos_encrypted_object.settings
  identity = {
    bucket = "examplebucket-1250000000"
    region = "ap-guangzhou"
    key    = "app/settings.json"
  }
}
