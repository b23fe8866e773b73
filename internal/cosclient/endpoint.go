package cosclient

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// DefaultEndpoint is the template of COS's public endpoints. Source: COS
// documentation, "Regions and Access Endpoints".
const DefaultEndpoint = "https://{bucket}.cos.{region}.myqcloud.com"

const (
	placeholderBucket = "{bucket}"
	placeholderRegion = "{region}"
)

// Endpoint is where requests go: a scheme and a host in which {bucket} and
// {region} stand for those of the request. The zero value is the default
// endpoint.
type Endpoint struct {
	plain bool   // http
	host  string // with placeholders; "" is that of DefaultEndpoint
}

// ParseEndpoint reads a template such as https://{bucket}.cos.{region}.tencentcos.cn
// or https://127.0.0.1:9000; "" is DefaultEndpoint. Whatever could hold a
// secret or change what is signed is refused: userinfo, a path, a query and a
// fragment. Errors do not quote the template.
func ParseEndpoint(template string) (Endpoint, error) {
	if template == "" {
		template = DefaultEndpoint
	}
	if strings.Contains(template, "@") {
		return Endpoint{}, errors.New("an endpoint holds no user name or password")
	}
	for rest := template; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		name, after, closed := strings.Cut(after, "}")
		if !closed {
			return Endpoint{}, errors.New("the endpoint has a { without a }")
		}
		if name != "bucket" && name != "region" {
			return Endpoint{}, fmt.Errorf("the endpoint has the unknown placeholder {%s}: there are {bucket} and {region}", name)
		}
		rest = after
	}
	// Placeholders become letters for as long as the template is taken apart.
	sample := strings.NewReplacer(placeholderBucket, "cosbucketcos", placeholderRegion, "cosregioncos")
	u, err := url.Parse(sample.Replace(template))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.ContainsAny(u.Host, "{} ") {
		return Endpoint{}, errors.New("an endpoint is https:// or http:// and a host, such as " + DefaultEndpoint)
	}
	switch {
	case u.Path != "" && u.Path != "/":
		return Endpoint{}, errors.New("an endpoint has no path: the bucket stands in the host name, as {bucket}, or travels in the Host header")
	case u.RawQuery != "" || u.ForceQuery:
		return Endpoint{}, errors.New("an endpoint has no query")
	case strings.Contains(template, "#"):
		return Endpoint{}, errors.New("an endpoint has no fragment")
	}
	host := strings.ToLower(u.Host)
	if u.Port() == "" || u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80" {
		host = strings.TrimSuffix(host, ":"+u.Port())
	}
	restore := strings.NewReplacer("cosbucketcos", placeholderBucket, "cosregioncos", placeholderRegion)
	return Endpoint{plain: u.Scheme == "http", host: restore.Replace(host)}, nil
}

// Secure reports whether requests are encrypted on the way: https.
func (e Endpoint) Secure() bool { return !e.plain }

// String returns the template.
func (e Endpoint) String() string { return e.scheme() + "://" + e.template() }

func (e Endpoint) scheme() string {
	if e.plain {
		return "http"
	}
	return "https"
}

func (e Endpoint) template() string {
	if e.host == "" {
		return strings.TrimPrefix(DefaultEndpoint, "https://")
	}
	return e.host
}

// address returns the host that a request for the bucket connects to, and the
// Host header it carries. Without {bucket} in the template they differ: the
// header names the bucket's own host, and TLS verifies the endpoint's.
func (e Endpoint) address(region, bucket string) (connect, header string) {
	connect = expand(e.template(), region, bucket)
	if strings.Contains(e.template(), placeholderBucket) {
		return connect, connect
	}
	return connect, defaultHost(region, bucket)
}

// sourceHost returns the host by which a copy names its source bucket: the
// public one, whichever way the request itself goes. Only a private cloud,
// whose template names both, has hosts of its own.
func (e Endpoint) sourceHost(region, bucket string) string {
	host, _, _ := strings.Cut(e.template(), ":")
	private := strings.Contains(host, placeholderBucket) && strings.Contains(host, placeholderRegion) &&
		!strings.HasSuffix(host, ".myqcloud.com") && !strings.HasSuffix(host, ".tencentcos.cn")
	if private {
		return expand(host, region, bucket)
	}
	return defaultHost(region, bucket)
}

func defaultHost(region, bucket string) string { return bucket + ".cos." + region + ".myqcloud.com" }

func expand(template, region, bucket string) string {
	return strings.NewReplacer(placeholderBucket, bucket, placeholderRegion, region).Replace(template)
}
