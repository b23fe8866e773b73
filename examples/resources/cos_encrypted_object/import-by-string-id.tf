import {
  to = cos_encrypted_object.settings
  id = "examplebucket-1250000000/app/settings.json"
}
