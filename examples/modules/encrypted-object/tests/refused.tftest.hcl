# What the module refuses at plan. A run can expect several refusals.

variables {
  bucket       = "examplebucket-1250000000"
  key          = "tests/refused.txt"
  text         = "Hello, COS!\n"
  secret       = ""
  customer_key = ""
}

run "arguments_that_cos_would_refuse" {
  command = plan

  variables {
    bucket          = "examplebucket"
    key             = "reports/"
    encryption      = "AES512"
    storage_class   = "STANDARD-IA"
    tags            = { for n in range(11) : "tag-${n}" => "1" }
    deletion_policy = "keep"
  }

  expect_failures = [
    var.bucket,
    var.key,
    var.encryption,
    var.storage_class,
    var.tags,
    var.deletion_policy,
  ]
}

run "no_body" {
  command = plan

  variables {
    text = null
  }

  expect_failures = [var.source_file]
}

run "two_bodies_and_a_secret_without_a_version" {
  command = plan

  variables {
    source_file = "README.md"
    secret      = "correct horse battery staple"
  }

  expect_failures = [var.source_file, var.secret]
}

run "keys_without_their_encryption" {
  command = plan

  variables {
    encryption   = "AES256"
    kms_key_id   = "11111111-c05d-11ef-8000-5254005dfa17"
    kms_context  = { department = "finance" }
    customer_key = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
  }

  expect_failures = [var.kms_key_id, var.kms_context, var.customer_key]
}

run "a_customer_key_that_is_too_short" {
  command = plan

  variables {
    encryption   = "customer"
    customer_key = "c2hvcnQ="
  }

  expect_failures = [var.customer_key]
}
