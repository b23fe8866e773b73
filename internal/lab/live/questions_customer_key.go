package main

import (
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// customerKeys are about SSE-C: reading objects without or with a wrong key, incomplete or inconsistent triples, the
// key of a multipart upload, and keys over plain HTTP. The key is generated for the run.
func customerKeys() []question {
	const key, sum, algorithm = sse.HeaderCustomerKey, sse.HeaderCustomerKeyMD5, sse.HeaderCustomerAlgorithm
	plainly := func(s step) step { return changed(s, func(r *request) { r.plain = true }) }
	return []question{
		{id: "1a", text: "GET of an SSE-C object without its key", ask: asking(verdict, put("object", withKeyA), get("object"))},
		{id: "1b", text: "HEAD of an SSE-C object without its key", ask: asking(verdict, put("object", withKeyA), head("object"))},
		{id: "1c", text: "GET of an SSE-C object with another key", ask: asking(verdict, put("object", withKeyA), get("object", withKeyB))},
		{id: "1d", text: "HEAD of an SSE-C object with another key", ask: asking(verdict, put("object", withKeyA), head("object", withKeyB))},
		{id: "1e", text: "Copy of an SSE-C object without the key of the source", ask: asking(verdict, put("source", withKeyA), copyOf("source", "copy"))},
		{id: "1f", text: "Copy of an SSE-C object with another key for the source", ask: asking(verdict, put("source", withKeyA), copyOf("source", "copy", withSourceKeyB))},
		{id: "1g", text: "GET of a plain object with SSE-C headers", ask: asking(verdict, put("object"), get("object", withKeyA))},
		{id: "1h", text: "HEAD of a plain object with SSE-C headers", ask: asking(verdict, put("object"), head("object", withKeyA))},

		{id: "1i", text: "PUT with a customer key that is not base64", ask: putting(triple(key, literal(strings.Repeat("!", 44))))},
		{id: "1j", text: "PUT with a customer key of 16 bytes", ask: putting(halfKey)},
		{id: "1k", text: "PUT with the MD5 of another customer key", ask: putting(triple(sum, func(a *asker) string { return a.keyB.MD5() }))},
		{id: "1l", text: "PUT with a customer key without its MD5", ask: putting(triple(sum, literal("")))},
		{id: "1m", text: "PUT with the SSE-C algorithm and the MD5, without the key", ask: putting(triple(key, literal("")))},
		{id: "1n", text: "PUT with a customer key and its MD5, without the algorithm", ask: putting(triple(algorithm, literal("")))},
		{id: "1o", text: "PUT with a customer key for `AES128`", ask: putting(triple(algorithm, literal("AES128")))},
		{id: "1p", text: "PUT with SSE-C and SSE-COS at once", ask: putting(withKeyA, withMode("AES256"))},
		{id: "1q", text: "PUT with SSE-C and SSE-KMS at once", needs: needsKMS, ask: putting(withKeyA, withKMS)},

		{id: "1r", text: "Upload Part without the key that the upload was initiated with", ask: asking(written, initiate(withKeyA), part())},
		{id: "1s", text: "Upload Part with another key than the upload was initiated with", ask: asking(written, initiate(withKeyA), part(withKeyB))},
		{id: "1t", text: "Upload Part with a key in an upload that was initiated without", ask: asking(written, initiate(), part(withKeyA))},

		{id: "2a", text: "PUT with SSE-C over plain HTTP", needs: needsPlainHTTP, ask: asking(written, plainly(put("object", withKeyA)))},
		{id: "2b", text: "GET with SSE-C over plain HTTP", needs: needsPlainHTTP, ask: asking(verdict, put("object", withKeyA), plainly(get("object", withKeyA)))},
		{id: "3", text: "PUT with a customer key in base64 without padding", ask: putting(triple(key, func(a *asker) string { return strings.TrimRight(a.keyA.Base64(), "=") }))},
	}
}

// putting asks about a PUT with these headers, and about the object's encryption.
func putting(with ...headerOf) ask { return asking(written, put("object", with...)) }

// triple returns the SSE-C triple of key A with one header replaced, or removed if the value is "".
func triple(name string, value func(*asker) string) headerOf {
	return func(a *asker) http.Header {
		h := withKeyA(a)
		if h.Set(name, value(a)); h.Get(name) == "" {
			h.Del(name)
		}
		return h
	}
}

func literal(value string) func(*asker) string { return func(*asker) string { return value } }

func halfKey(a *asker) http.Header { return customer(a.keyA.Bytes()[:sse.KeySize/2]) }
