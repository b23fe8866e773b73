// Package conformance runs clients of COS that nobody of this project wrote
// against the server in the box: what they expect of COS must hold there.
//
// Each client is a module of its own in a folder below, so that none of its
// dependencies is one of the provider's, and is built by the test only. The
// test tells it by environment variables where the server is. More of them: the
// COS backend of Terraform itself runs in internal/cosmock, since every
// developer has a CLI, and the newest official Go SDK in its other tests.
package conformance
