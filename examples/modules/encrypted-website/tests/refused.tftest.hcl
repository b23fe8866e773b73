# What the module refuses at plan. A run can expect several refusals.

variables {
  bucket     = "examplebucket-1250000000"
  source_dir = "tests/site"
}

run "arguments_that_cos_would_refuse" {
  command = plan

  variables {
    bucket          = "examplebucket"
    encryption      = "customer"
    storage_class   = "ARCHIVE"
    removed_files   = "never"
    deletion_policy = "delete_version"
  }

  expect_failures = [
    var.bucket,
    var.encryption,
    var.storage_class,
    var.removed_files,
    var.deletion_policy,
  ]
}

run "paths_that_lead_elsewhere" {
  command = plan

  variables {
    prefix         = "site"
    source_dir     = ""
    index_document = "/index.html"
  }

  expect_failures = [var.prefix, var.source_dir, var.index_document]
}

run "a_kms_key_without_kms" {
  command = plan

  variables {
    kms_key_id = "11111111-c05d-11ef-8000-5254005dfa17"
  }

  expect_failures = [var.kms_key_id]
}

run "pages_that_are_cached_for_long" {
  command = plan

  variables {
    hashed_assets = ["**"]
  }

  expect_failures = [var.hashed_assets]
}
