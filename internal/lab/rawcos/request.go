package rawcos

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// NewRequest returns a request to the server at base for a key of the bucket that host names, or for the bucket itself
// if key is "". The bucket is named only in the Host header, so base may have an IP address.
func NewRequest(ctx context.Context, method, base, host, key, query string, header http.Header, body string) (*http.Request, error) {
	address, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, address.Scheme+"://"+address.Host, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	// Set the path directly: a key may begin with a slash.
	req.URL.Path, req.URL.RawQuery, req.Host = "/"+key, query, host
	if header != nil {
		req.Header = header.Clone()
	}
	return req, nil
}
