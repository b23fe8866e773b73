# Credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.
provider "cos" {
  region = "ap-guangzhou"
}
