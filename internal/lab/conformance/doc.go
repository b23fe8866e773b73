// Package conformance runs third-party COS clients against the bundled server, to
// check that it behaves as they expect of COS.
//
// Each client is a Go module in a subdirectory, so that its dependencies stay out
// of the provider's module, and only the test builds it. The test passes the
// server's address in environment variables. Two more clients run in
// internal/cosmock: Terraform's COS backend, because every developer has a CLI,
// and the latest official Go SDK.
package conformance
