# By bucket and key; the first slash divides them.
terraform import cos_encrypted_object.settings examplebucket-1250000000/app/settings.json

# In another region than the provider's.
terraform import cos_encrypted_object.settings ap-guangzhou:examplebucket-1250000000/app/settings.json
