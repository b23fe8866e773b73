package main

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

type (
	// step returns a request of a question, for one of the question's objects.
	step = func(*asker) request
	// headerOf returns the headers of a request.
	headerOf = func(*asker) http.Header
)

// requesting returns a step without a body.
func requesting(method, name string, header headerOf) step {
	return func(a *asker) request { return request{method: method, key: a.key(name), header: header(a)} }
}

func get(name string, header headerOf) step { return requesting(http.MethodGet, name, header) }

func head(name string, header headerOf) step { return requesting(http.MethodHead, name, header) }

func remove(name string, header headerOf) step { return requesting(http.MethodDelete, name, header) }

func put(name string, header headerOf) step {
	return changed(requesting(http.MethodPut, name, header), func(_ *asker, r *request) { r.body = body })
}

func copyOf(source, name string, header headerOf) step {
	return requesting(http.MethodPut, name, both(header, func(a *asker) http.Header {
		return headers("X-Cos-Copy-Source", a.domain()+"/"+a.key(source))
	}))
}

func part(id string, header headerOf) step {
	return changed(put("object", header), func(_ *asker, r *request) { r.query = url.Values{"partNumber": {"1"}, "uploadId": {id}} })
}

// complete returns a step that completes an upload with one part.
func complete(id string, part rawcos.Answer, header headerOf) step {
	return changed(requesting(http.MethodPost, "object", header), func(_ *asker, r *request) {
		r.query = url.Values{"uploadId": {id}}
		r.body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + part.Header.Get("ETag") + "</ETag></Part></CompleteMultipartUpload>"
	})
}

// initiate begins a multipart upload and returns its ID.
func (a *asker) initiate(ctx context.Context, header headerOf) string {
	var begun struct {
		UploadID string `xml:"UploadId"`
	}
	a.decode(a.prepare(ctx, about(requesting(http.MethodPost, "object", header), "uploads")), &begun)
	return begun.UploadID
}

// about returns the step for a subresource.
func about(s step, subresource string) step {
	return changed(s, func(_ *asker, r *request) { r.subresource = subresource })
}

// changed returns a step with a change.
func changed(s step, change func(*asker, *request)) step {
	return func(a *asker) request {
		r := s(a)
		change(a, &r)
		return r
	}
}

// otherBody returns the step with a body that differs from that of most objects.
func otherBody(s step) step {
	return changed(s, func(_ *asker, r *request) { r.body = "another body" })
}

// headers builds a header from names and values.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// customer returns the SSE-C triple of a key. It does not share the client's code.
func customer(key sse.CustomerKey) http.Header {
	return headers(sse.HeaderCustomerAlgorithm, "AES256", sse.HeaderCustomerKey, key.Base64(), sse.HeaderCustomerKeyMD5, key.MD5())
}

func nothing(*asker) http.Header { return nil }

func withKeyA(a *asker) http.Header { return customer(a.keyA) }

func withKeyB(a *asker) http.Header { return customer(a.keyB) }

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

// both merges two sets of headers.
func both(one, other headerOf) headerOf {
	return func(a *asker) http.Header {
		joined := http.Header{}
		maps.Copy(joined, one(a))
		maps.Copy(joined, other(a))
		return joined
	}
}
