// Package cosclient speaks to COS: signed calls with types of our own,
// retries, typed errors, and no secret in anything that is printed.
//
// It is the only importer of the COS SDK, of which it uses the signer. The
// requests are its own: the SDK's client retries without a pause and past a
// cancelled context, folds keys such as "..", and its uploads never abort.
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

// Config is what New makes a Client of.
type Config struct {
	Endpoint    Endpoint
	Credentials credentials.Provider
	RootCAs     *x509.CertPool // nil: those of the system
	// MaxRetries is how often a request is sent again after its first attempt.
	MaxRetries int
	// RequestTimeout is how long no byte may move in either direction; it says
	// nothing about the whole request. 0: for ever.
	RequestTimeout time.Duration
	UserAgent      string
	// Writing is notified of each request that may change an object, before it is
	// sent. nil: nobody is.
	Writing func(Location)
	// Answered is notified of each success: the bucket exists. nil: nobody is.
	Answered func(Location)
}

// Client sends requests to COS. It is safe for concurrent use.
type Client struct {
	endpoint   Endpoint
	retrieve   func(context.Context) (credentials.Value, error) // a function: no format prints what is behind it
	forget     func(credentials.Value)                          // nil: they cannot be renewed
	transport  http.RoundTripper
	proxy      func(*http.Request) (*url.URL, error) // the one of transport
	maxRetries int
	idle       time.Duration
	userAgent  string
	writing    func(Location)
	answered   func(Location)

	reportEvery time.Duration

	offset atomic.Int64 // nanoseconds that the server's clock is ahead of ours
	outage *outage      // what cannot be reached
	told   *toldBefore  // what has been explained

	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// Limits of the connection pool and of the steps that precede a request.
const (
	idleConnections  = 64 // as many as run in parallel at most
	dialTimeout      = 15 * time.Second
	handshakeTimeout = 15 * time.Second
	poolTimeout      = 60 * time.Second
	transferBuffer   = 64 << 10
	maxHeaderBytes   = 1 << 20
)

// New makes a client. It sends nothing.
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

// Secure reports whether requests are encrypted on the way. Without it the
// client refuses to send a customer key.
func (c *Client) Secure() bool { return c.endpoint.Secure() }

// Format implements fmt.Formatter: a client prints as its endpoint, and nobody
// walks into its connections.
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
		DisableCompression:     true, // else an object stored as gzip arrives unpacked and without its header
		MaxResponseHeaderBytes: maxHeaderBytes,
		WriteBufferSize:        transferBuffer,
		ReadBufferSize:         transferBuffer,
		Protocols:              protocols,
		OnProxyConnectResponse: answeredConnect,
	}
}

// proxy is the proxy of the environment. A proxy for plain HTTP finds its way
// by the Host header, which may name the bucket and not the endpoint: such a
// request goes directly.
func proxy(req *http.Request) (*url.URL, error) {
	if req.URL.Scheme == "http" && req.Host != req.URL.Host {
		return nil, nil
	}
	address, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, errProxyName // err quotes it, with what may be a password
	}
	return address, nil
}
