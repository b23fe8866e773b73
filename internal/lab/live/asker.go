package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// body is what most objects of a run contain.
const body = "hello"

// asker asks one question of one target.
type asker struct {
	*target
	state      bucketState
	keyA, keyB sse.CustomerKey
	at         string   // a folder of the question below the prefix
	notes      []string // what two servers need not have in common, such as messages
	err        error    // the first one; after it, nothing more is sent
}

func (a *asker) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

// key is a key of the question's own.
func (a *asker) key(name string) string { return a.prefix + a.at + name }

// errNotReached is the error of a preparation that COS refused.
var errNotReached = errors.New("not reached")

// do sends a request that the question is about.
func (a *asker) do(ctx context.Context, r request) (got rawcos.Answer) {
	if a.err != nil {
		return got
	}
	if got, a.err = a.send(ctx, r); got.Message != "" {
		a.note("%s: %s", got.Verdict(), a.clean(got.Message))
	}
	return got
}

// prepare sends a request that only makes the question possible.
func (a *asker) prepare(ctx context.Context, r request) rawcos.Answer {
	got := a.do(ctx, r)
	if a.err == nil && !got.OK() {
		a.err = fmt.Errorf("%w: the %s before it was answered by %s", errNotReached, r.method, got.Verdict())
	}
	return got
}

// decode reads the document of an answer.
func (a *asker) decode(got rawcos.Answer, into any) {
	if a.err == nil {
		a.err = got.Decode(into)
	}
}

// until looks until it sees what it waits for, with pauses that grow up to a second: a listing that lags must not cost
// many requests. It returns how many looks that took, 0 if patience ended first.
func (a *asker) until(ctx context.Context, pause time.Duration, sees func() bool) (looks int, took time.Duration) {
	began := a.clock()
	for looks = 1; a.err == nil; looks++ {
		seen := sees()
		if took = a.clock().Sub(began); seen {
			return looks, took
		}
		if took > a.patience {
			break
		}
		if a.err == nil {
			a.err = a.sleep(ctx, pause)
		}
		pause = min(2*pause, time.Second)
	}
	return 0, took
}

// Requests. Each has the name of an object of the question.

func (a *asker) put(name string, header http.Header) request {
	return request{method: http.MethodPut, key: a.key(name), header: header, body: body}
}

func (a *asker) get(name string, header http.Header) request {
	return request{method: http.MethodGet, key: a.key(name), header: header}
}

func (a *asker) head(name string, header http.Header) request {
	return request{method: http.MethodHead, key: a.key(name), header: header}
}

func (a *asker) remove(name string, header http.Header) request {
	return request{method: http.MethodDelete, key: a.key(name), header: header}
}

func (a *asker) copyOf(source, name string, header http.Header) request {
	r := a.put(name, with(header, headers("X-Cos-Copy-Source", a.domain()+"/"+a.key(source))))
	r.body = ""
	return r
}

// initiate begins a multipart upload and returns its id.
func (a *asker) initiate(ctx context.Context, name string, header http.Header) string {
	var begun struct {
		UploadID string `xml:"UploadId"`
	}
	a.decode(a.prepare(ctx, request{method: http.MethodPost, key: a.key(name), subresource: "uploads", header: header}), &begun)
	return begun.UploadID
}

func (a *asker) part(name, id string, header http.Header) request {
	r := a.put(name, header)
	r.query = url.Values{"partNumber": {"1"}, "uploadId": {id}}
	return r
}

// complete ends an upload of one part.
func (a *asker) complete(name, id string, part rawcos.Answer, header http.Header) request {
	return request{
		method: http.MethodPost, key: a.key(name), query: url.Values{"uploadId": {id}}, header: header,
		body: "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + part.Header.Get("ETag") + "</ETag></Part></CompleteMultipartUpload>",
	}
}

// Headers.

// headers makes a header of pairs.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// with joins headers.
func with(all ...http.Header) http.Header {
	joined := http.Header{}
	for _, h := range all {
		maps.Copy(joined, h)
	}
	return joined
}

// customer is the SSE-C triple of a key, written out rather than taken from the package that the client has it from.
func customer(key sse.CustomerKey) http.Header {
	return headers(sse.HeaderCustomerAlgorithm, "AES256", sse.HeaderCustomerKey, key.Base64(), sse.HeaderCustomerKeyMD5, key.MD5())
}

// customerSource is the same for the source of a copy.
func customerSource(key sse.CustomerKey) http.Header {
	return headers(sse.HeaderCopySourceCustomerAlgorithm, "AES256",
		sse.HeaderCopySourceCustomerKey, key.Base64(), sse.HeaderCopySourceCustomerKeyMD5, key.MD5())
}

func mode(value string) http.Header { return headers(sse.HeaderMode, value) }

// kms asks for SSE-KMS under the key that the settings name.
func (a *asker) kms() http.Header {
	return with(mode("cos/kms"), headers(sse.HeaderKMSKeyID, a.kmsKeyID))
}
