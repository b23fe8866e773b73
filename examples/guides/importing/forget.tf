removed {
  from = cos_encrypted_object.signed

  lifecycle {
    destroy = false
  }
}
