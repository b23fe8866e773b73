// Package cosmock is a self-contained COS server: an HTTPS and HTTP server on
// loopback that speaks the XML API of Tencent Cloud Object Storage. Acceptance
// tests, demos and benchmarks run against it, and authors of Terraform modules
// can use it to work offline.
//
// It is written from COS's documentation and shares nothing with this project's
// client except the customer key type and header names. The official SDKs work
// with it, and it refuses what COS refuses:
//
//   - It verifies every signature ("Request Signature").
//   - It stores ciphertext. Each object has a data key, wrapped by the key of
//     the object's encryption mode: the customer key, the KMS key or the
//     server's master key. A read with the wrong customer key therefore cannot
//     succeed. Keys are held in memory and are lost when the server stops.
//   - Behavior that COS leaves undocumented is configurable: see Undocumented.
//
// The following is not implemented, and refused with a 4xx so that clients do not
// retry: Append, Select, symbolic links and POST Object; a bucket's CORS,
// website, policy, inventory, logging, origin, domain, referer, accelerate,
// notification and intelligent-tiering configuration; data processing; unknown
// subresources.
//
// The server records each request in a journal (Server.Requests), without
// secrets. Server.Arm arms faults to test how a client handles them.
package cosmock
