# Every run needs the COS server for tests: see README.md.

variables {
  bucket     = "examplebucket-1250000000"
  prefix     = "site/"
  source_dir = "tests/site"
  exclude    = ["**/*.map"]
}

run "defaults" {
  assert {
    condition     = output.url == "https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/site/index.html"
    error_message = "The URL is ${output.url}."
  }

  assert {
    condition     = toset(keys(output.files)) == toset(["site/index.html", "site/docs/index.html", "site/assets/app.3f2a.js"])
    error_message = "Other files than those of the site without its source maps: ${join(", ", keys(output.files))}"
  }

  assert {
    condition     = cos_encrypted_directory.this.server_side_encryption == "AES256"
    error_message = "The files are not under SSE-COS."
  }

  assert {
    condition     = strcontains(cos_encrypted_directory.this.headers["site/assets/app.3f2a.js"], "immutable")
    error_message = "The hashed asset is not cached for long."
  }

  assert {
    condition     = alltrue([for page in ["site/index.html", "site/docs/index.html"] : strcontains(cos_encrypted_directory.this.headers[page], "no-cache")])
    error_message = "A page is cached."
  }
}

run "the_next_version" {
  variables {
    source_dir = "tests/site-next"
  }

  assert {
    condition     = output.file_count == 3 && contains(keys(output.files), "site/assets/app.9c1e.js") && !contains(keys(output.files), "site/assets/app.3f2a.js")
    error_message = "The site has other files than its next version."
  }
}

run "other_headers" {
  variables {
    source_dir    = "tests/site-next"
    cache_control = "max-age=60"
  }

  assert {
    condition     = strcontains(cos_encrypted_directory.this.headers["site/index.html"], "max-age=60") && output.digest == cos_encrypted_directory.this.digest
    error_message = "The page has other headers, or the digest is not that of the site."
  }
}
