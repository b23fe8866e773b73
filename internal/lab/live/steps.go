package main

import (
	"crypto/md5"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

type (
	// step returns a request of a question, for one of the question's objects.
	step = func(*asker) request
	// headerOf returns the headers of a request.
	headerOf = func(*asker) http.Header
)

func requesting(method, name string, with ...headerOf) step {
	return func(a *asker) request {
		r := request{method: method, key: a.key(name), header: http.Header{}}
		for _, header := range with {
			maps.Copy(r.header, header(a))
		}
		return r
	}
}

func get(name string, with ...headerOf) step { return requesting(http.MethodGet, name, with...) }

func head(name string, with ...headerOf) step { return requesting(http.MethodHead, name, with...) }

func remove(name string, with ...headerOf) step {
	return requesting(http.MethodDelete, name, with...)
}

func put(name string, with ...headerOf) step {
	return changed(requesting(http.MethodPut, name, with...), func(r *request) { r.body = body })
}

func copyOf(source, name string, with ...headerOf) step {
	return requesting(http.MethodPut, name, append(with, func(a *asker) http.Header {
		return headers("X-Cos-Copy-Source", a.domain()+"/"+a.key(source))
	})...)
}

// initiate begins a multipart upload, whose ID the asker remembers. It gets one part.
func initiate(with ...headerOf) step {
	return about(requesting(http.MethodPost, "object", with...), "uploads")
}

func part(with ...headerOf) step {
	return func(a *asker) request {
		r := put("object", with...)(a)
		r.query = url.Values{"partNumber": {"1"}, "uploadId": {a.upload}}
		return r
	}
}

func complete(with ...headerOf) step {
	return func(a *asker) request {
		r := requesting(http.MethodPost, "object", with...)(a)
		r.query = url.Values{"uploadId": {a.upload}}
		r.body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + a.etag + "</ETag></Part></CompleteMultipartUpload>"
		return r
	}
}

func about(s step, subresource string) step {
	return changed(s, func(r *request) { r.subresource = subresource })
}

func changed(s step, change func(*request)) step {
	return func(a *asker) request {
		r := s(a)
		change(&r)
		return r
	}
}

// otherBody changes the body to one that differs from that of most objects.
func otherBody(r *request) { r.body = "another body" }

func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// customer returns the SSE-C triple of a key, of any length. It does not share the client's code.
func customer(key []byte) http.Header {
	sum := md5.Sum(key)
	return headers(sse.HeaderCustomerAlgorithm, "AES256", sse.HeaderCustomerKey, base64.StdEncoding.EncodeToString(key),
		sse.HeaderCustomerKeyMD5, base64.StdEncoding.EncodeToString(sum[:]))
}

func withKeyA(a *asker) http.Header { return customer(a.keyA.Bytes()) }

func withKeyB(a *asker) http.Header { return customer(a.keyB.Bytes()) }

// withSourceKeyB returns the SSE-C triple for the source of a copy.
func withSourceKeyB(a *asker) http.Header {
	return headers(sse.HeaderCopySourceCustomerAlgorithm, "AES256",
		sse.HeaderCopySourceCustomerKey, a.keyB.Base64(), sse.HeaderCopySourceCustomerKeyMD5, a.keyB.MD5())
}

// withKMS requests SSE-KMS with the configured key.
func withKMS(a *asker) http.Header {
	return headers(sse.HeaderMode, "cos/kms", sse.HeaderKMSKeyID, a.kmsKeyID)
}

func withMode(value string) headerOf { return sending(sse.HeaderMode, value) }

func sending(pairs ...string) headerOf {
	return func(*asker) http.Header { return headers(pairs...) }
}
