// Package cosmock is a COS server in a box: an HTTPS and HTTP server on
// loopback that speaks the XML API of Tencent Cloud Object Storage. Acceptance
// tests, demos and benchmarks run against it, and so can the authors of
// Terraform modules who work offline.
//
// It is written from the documentation of COS, and shares nothing with this
// project's client but the type of a customer key and the names of headers.
// It satisfies the official SDKs and refuses what COS refuses:
//
//   - Every signature is verified ("Request Signature").
//   - What it stores is ciphertext. Each object has a data key, and that key is
//     wrapped by the key of the object's encryption mode: the customer's key,
//     the KMS key, or the server's master key. A read with a wrong customer key
//     therefore cannot succeed. Keys live in memory and die with the server.
//   - What COS leaves undocumented is an option: see Undocumented.
//
// Not implemented, and refused with a 4xx so that no client takes the refusal
// for a failure to try again: Append, Select, symbolic links and POST Object;
// a bucket's CORS, website, policy, inventory, logging,
// origin, domain, referer, accelerate, notification and intelligent-tiering
// configuration; data processing; every subresource that is not known.
//
// Each request is noted in a journal (Server.Requests) that holds no secret,
// and faults can be armed (Server.Arm) to see how a client copes.
package cosmock
