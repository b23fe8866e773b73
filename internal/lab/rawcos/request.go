package rawcos

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// NewRequest makes a request about a key of the bucket that host names, "" for the bucket itself, to a server at base. The
// bucket travels in the Host header: base may be an IP address.
func NewRequest(ctx context.Context, method, base, host, key, query string, header http.Header, body string) (*http.Request, error) {
	address, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, address.Scheme+"://"+address.Host, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	// Not by parsing: a key may begin with a slash.
	req.URL.Path, req.URL.RawQuery, req.Host = "/"+key, query, host
	if header != nil {
		req.Header = header.Clone()
	}
	return req, nil
}
