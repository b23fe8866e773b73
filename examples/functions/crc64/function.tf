# What COS will have of this body, whatever its encryption: compare it with content_crc64 of an object.
output "crc64" {
  value = provider::cos::crc64("[Object Content]") # 16749565679157681890
}
