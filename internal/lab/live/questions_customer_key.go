package main

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// customerKeyReads are about reading an object under SSE-C with anything but its key.
func customerKeyReads() []question {
	return []question{
		{id: "1a", text: "GET of an SSE-C object without its key", ask: reading(http.MethodGet, withKeyA, nothing)},
		{id: "1b", text: "HEAD of an SSE-C object without its key", ask: reading(http.MethodHead, withKeyA, nothing)},
		{id: "1c", text: "GET of an SSE-C object with another key", ask: reading(http.MethodGet, withKeyA, withKeyB)},
		{id: "1d", text: "HEAD of an SSE-C object with another key", ask: reading(http.MethodHead, withKeyA, withKeyB)},
		{id: "1e", text: "Copy of an SSE-C object without the key of the source", ask: copying(nothing)},
		{id: "1f", text: "Copy of an SSE-C object with another key for the source", ask: copying(func(a *asker) http.Header { return customerSource(a.keyB) })},
		{id: "1g", text: "GET of a plain object with SSE-C headers", ask: reading(http.MethodGet, nothing, withKeyA)},
		{id: "1h", text: "HEAD of a plain object with SSE-C headers", ask: reading(http.MethodHead, nothing, withKeyA)},
	}
}

func copying(source func(*asker) http.Header) ask {
	return func(ctx context.Context, a *asker) (string, error) {
		if _, err := a.prepare(ctx, a.put("source", customer(a.keyA))); err != nil {
			return "", err
		}
		return verdictOf(ctx, a, a.copyOf("source", "copy", source(a)))
	}
}

// changed is the triple of key A with a header of another value, or none where it is "".
func changed(name string, value func(*asker) string) func(*asker) http.Header {
	return func(a *asker) http.Header {
		h := customer(a.keyA)
		if h.Set(name, value(a)); h.Get(name) == "" {
			h.Del(name)
		}
		return h
	}
}

func absent(*asker) string { return "" }

func literal(value string) func(*asker) string { return func(*asker) string { return value } }

// short is the triple of half a key.
func short(a *asker) http.Header {
	half := a.keyA.Bytes()[:sse.KeySize/2]
	sum := md5.Sum(half)
	return headers(sse.HeaderCustomerAlgorithm, "AES256", sse.HeaderCustomerKey, base64.StdEncoding.EncodeToString(half),
		sse.HeaderCustomerKeyMD5, base64.StdEncoding.EncodeToString(sum[:]))
}

// customerKeyWrites are about triples that are incomplete or do not fit.
func customerKeyWrites() []question {
	key, sum, algorithm := sse.HeaderCustomerKey, sse.HeaderCustomerKeyMD5, sse.HeaderCustomerAlgorithm
	return []question{
		{id: "1i", text: "PUT with a customer key that is not base64", ask: putting(changed(key, literal(strings.Repeat("!", 44))))},
		{id: "1j", text: "PUT with a customer key of 16 bytes", ask: putting(short)},
		{id: "1k", text: "PUT with the MD5 of another customer key", ask: putting(changed(sum, func(a *asker) string { return a.keyB.MD5() }))},
		{id: "1l", text: "PUT with a customer key without its MD5", ask: putting(changed(sum, absent))},
		{id: "1m", text: "PUT with the SSE-C algorithm and the MD5, without the key", ask: putting(changed(key, absent))},
		{id: "1n", text: "PUT with a customer key and its MD5, without the algorithm", ask: putting(changed(algorithm, absent))},
		{id: "1o", text: "PUT with a customer key for `AES128`", ask: putting(changed(algorithm, literal("AES128")))},
		{id: "1p", text: "PUT with SSE-C and SSE-COS at once", ask: putting(func(a *asker) http.Header { return with(customer(a.keyA), mode("AES256")) })},
		{id: "1q", text: "PUT with SSE-C and SSE-KMS at once", needs: needsKMS, ask: putting(func(a *asker) http.Header { return with(customer(a.keyA), a.kms()) })},
	}
}

// customerKeyParts are about the key of a multipart upload.
func customerKeyParts() []question {
	parting := func(begun, part func(*asker) http.Header) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			id, err := a.initiate(ctx, "object", begun(a))
			if err != nil {
				return "", err
			}
			got, err := a.do(ctx, a.part("object", id, part(a)))
			return got.written(), err
		}
	}
	return []question{
		{id: "1r", text: "Upload Part without the key that the upload was initiated with", ask: parting(withKeyA, nothing)},
		{id: "1s", text: "Upload Part with another key than the upload was initiated with", ask: parting(withKeyA, withKeyB)},
		{id: "1t", text: "Upload Part with a key in an upload that was initiated without", ask: parting(nothing, withKeyA)},
	}
}

// plainHTTP asks whether a customer key may travel in the clear. It is a key that was made for this run.
func plainHTTP() []question {
	return []question{
		{id: "2a", text: "PUT with SSE-C over plain HTTP", needs: needsPlainHTTP, ask: func(ctx context.Context, a *asker) (string, error) {
			r := a.put("object", customer(a.keyA))
			r.plain = true
			got, err := a.do(ctx, r)
			return got.written(), err
		}},
		{id: "2b", text: "GET with SSE-C over plain HTTP", needs: needsPlainHTTP, ask: func(ctx context.Context, a *asker) (string, error) {
			if _, err := a.prepare(ctx, a.put("object", customer(a.keyA))); err != nil {
				return "", err
			}
			r := a.get(customer(a.keyA))
			r.plain = true
			return verdictOf(ctx, a, r)
		}},
		{id: "3", text: "PUT with a customer key in base64 without padding", ask: putting(changed(sse.HeaderCustomerKey, func(a *asker) string {
			return strings.TrimRight(a.keyA.Base64(), "=")
		}))},
	}
}
