# By bucket.
terraform import cos_bucket_encryption.reports examplebucket-1250000000

# In another region than the provider's.
terraform import cos_bucket_encryption.reports ap-guangzhou:examplebucket-1250000000
