// Package cosclient is the COS client: signed requests with its own types,
// retries and typed errors. It never prints a secret.
//
// It is the only importer of the COS SDK and uses only its signer. It sends its
// own requests because the SDK's client retries without a pause and after the
// context was cancelled, resolves keys such as "..", and never aborts its
// uploads.
package cosclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

// Config configures a Client.
type Config struct {
	Endpoint    Endpoint
	Credentials credentials.Provider
	RootCAs     *x509.CertPool // nil for the system's
	// MaxRetries is how often a failed request is retried.
	MaxRetries int
	// RequestTimeout is how long a request may go without transferring a byte in
	// either direction. It does not limit the duration of the whole request. 0
	// means no limit.
	RequestTimeout time.Duration
	UserAgent      string
	// Writing is called before each request that may change an object is sent. It
	// may be nil.
	Writing func(Location)
	// Answered is called after each success, which shows that the bucket exists.
	// It may be nil.
	Answered func(Location)
}

// Client sends requests to COS. It is safe for concurrent use.
type Client struct {
	endpoint   Endpoint
	retrieve   func(context.Context) (credentials.Value, error) // a function value, so that no format prints the credentials behind it
	forget     func(credentials.Value)                          // nil if they cannot be renewed
	transport  http.RoundTripper
	proxy      func(*http.Request) (*url.URL, error) // the transport's proxy function
	maxRetries int
	idle       time.Duration
	userAgent  string
	writing    func(Location)
	answered   func(Location)

	reportEvery time.Duration

	offset atomic.Int64 // nanoseconds that the server's clock is ahead of the local one
	outage *outage      // hosts that cannot be reached
	told   *toldBefore  // causes that have been explained to the user

	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// Limits of the connection pool, and timeouts of the steps before a request.
const (
	idleConnections  = 64 // the largest number of concurrent requests
	dialTimeout      = 15 * time.Second
	handshakeTimeout = 15 * time.Second
	poolTimeout      = 60 * time.Second
	transferBuffer   = 64 << 10
	maxHeaderBytes   = 1 << 20
)

// New returns a client. It sends no requests.
func New(cfg Config) (*Client, error) {
	switch {
	case cfg.Credentials == nil:
		return nil, errors.New("a COS client needs credentials")
	case cfg.MaxRetries < 0:
		return nil, errors.New("the number of retries is negative")
	case cfg.RequestTimeout < 0:
		return nil, errors.New("the request timeout is negative")
	}
	agent := cfg.UserAgent
	if agent == "" {
		agent = "terraform-provider-cos"
	}
	client := &Client{
		endpoint:    cfg.Endpoint,
		retrieve:    cfg.Credentials.Retrieve,
		transport:   newTransport(cfg.RootCAs),
		proxy:       proxy,
		maxRetries:  cfg.MaxRetries,
		idle:        cfg.RequestTimeout,
		userAgent:   agent,
		writing:     cfg.Writing,
		answered:    cfg.Answered,
		now:         time.Now,
		sleep:       sleep.For,
		reportEvery: reportEvery,
		outage:      newOutage(),
		told:        newTold(),
	}
	if f, ok := cfg.Credentials.(credentials.Forgetter); ok {
		client.forget = f.Forget
	}
	return client, nil
}

// Secure reports whether requests are sent over TLS. If they are not, the client
// refuses to send a customer key.
func (c *Client) Secure() bool { return c.endpoint.Secure() }

// SameBucket reports whether two buckets are the same one. An endpoint with
// {bucket} and without {region} serves one bucket of each name.
func (c *Client) SameBucket(region, bucket, otherRegion, otherBucket string) bool {
	connect, header := c.endpoint.address(opGet, region, bucket)
	otherConnect, otherHeader := c.endpoint.address(opGet, otherRegion, otherBucket)
	return connect == otherConnect && header == otherHeader
}

// Format implements fmt.Formatter. It prints the endpoint, so that fmt does not
// print the client's internals.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.endpoint.String())) }

func newTransport(roots *x509.CertPool) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    handshakeTimeout,
		MaxIdleConns:           2 * idleConnections,
		MaxIdleConnsPerHost:    idleConnections,
		IdleConnTimeout:        poolTimeout,
		DisableCompression:     true, // otherwise an object stored as gzip arrives decompressed and without its header
		MaxResponseHeaderBytes: maxHeaderBytes,
		WriteBufferSize:        transferBuffer,
		ReadBufferSize:         transferBuffer,
		Protocols:              protocols,
		OnProxyConnectResponse: answeredConnect,
	}
}

// proxy returns the proxy that the environment configures. A proxy for plain HTTP
// routes by the Host header, which may name the bucket instead of the endpoint.
// Such requests bypass the proxy.
func proxy(req *http.Request) (*url.URL, error) {
	if req.URL.Scheme == "http" && req.Host != req.URL.Host {
		return nil, nil
	}
	address, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, errProxyName // err quotes the URL, which may contain a password
	}
	return address, nil
}
