package rawcos

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Domain is the default host name of a bucket.
func Domain(bucket, region string) string { return bucket + ".cos." + region + ".myqcloud.com" }

// Bucket sends requests to a bucket, signed by somebody who may use it.
type Bucket struct {
	Name, Region string
	URL          string // of the server
	CAFile       string // an additional trust root; "" is none
	Credential   Credential
	client       *http.Client
}

// Request is a request to a bucket: about an object, or about the bucket itself if it has no key.
type Request struct {
	Method, Key, Query string
	Header             http.Header
	Body               string
}

// Open prepares a bucket for so many requests at a time.
func (b Bucket) Open(parallel int) (*Bucket, error) {
	var err error
	if b.client, err = NewClient(b.CAFile); err != nil {
		return nil, err
	}
	if transport, ok := b.client.Transport.(*http.Transport); ok {
		transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, parallel
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetHTTP1(true)
	}
	return &b, nil
}

// Sign makes a signed request, for whoever sends it.
func (b *Bucket) Sign(ctx context.Context, r Request) (*http.Request, error) {
	request, err := NewRequest(ctx, r.Method, b.URL, Domain(b.Name, b.Region), r.Key, r.Query, r.Header, r.Body)
	if err == nil {
		now := time.Now()
		b.Credential.Sign(request, now.Add(-time.Minute), now.Add(time.Hour))
	}
	return request, err
}

// Send sends a request and reads the answer.
func (b *Bucket) Send(ctx context.Context, r Request) (Answer, error) {
	request, err := b.Sign(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	return Send(b.client, request)
}

// Succeed sends a request whose refusal is an error.
func (b *Bucket) Succeed(ctx context.Context, r Request) (Answer, error) {
	answer, err := b.Send(ctx, r)
	if err == nil && !answer.OK() {
		err = fmt.Errorf("%s %s: %s", r.Method, r.Key, answer.Verdict())
	}
	return answer, err
}
