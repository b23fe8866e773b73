package cosclient

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// DefaultEndpoint is the template of COS's public endpoints. Source: COS
// documentation, "Regions and Access Endpoints".
const DefaultEndpoint = "https://{bucket}.cos.{region}.myqcloud.com"

const (
	placeholderBucket = "{bucket}"
	placeholderRegion = "{region}"
)

// Endpoint is a URL scheme and a host in which {bucket} and {region} are replaced
// by those of the request. The zero value is the default endpoint.
//
// An acceleration endpoint uses two hosts. COS serves only object transfers on
// the acceleration host, so other requests go to the regional host.
type Endpoint struct {
	plain bool   // http
	host  string // with placeholders; "" for that of DefaultEndpoint
}

// ParseEndpoint parses a template such as
// https://{bucket}.cos.{region}.tencentcos.cn or https://127.0.0.1:9000. "" is
// DefaultEndpoint. It refuses parts that could hold a secret or change what is
// signed: user info, a path, a query and a fragment. Its errors do not quote the
// template.
//
// A host of COS itself always names the request's bucket, even if the template
// has no bucket, as in other tools, or a specific one, as in the console.
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
	// Replace the placeholders with letters so that the template can be parsed as
	// a URL.
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
	host = restore.Replace(host)
	if own, ok := parseCOSHost(host); ok && !strings.Contains(own.bucket, placeholderBucket) {
		own.bucket = placeholderBucket
		host = own.String()
	}
	return Endpoint{plain: u.Scheme == "http", host: host}, nil
}

// Secure reports whether requests are sent over https.
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

// address returns the host to connect to for an operation on the bucket, and the
// Host header. If the template has no {bucket} they differ: the header names the
// bucket's own host, and TLS verifies the endpoint's.
func (e Endpoint) address(op, region, bucket string) (connect, header string) {
	connect = expand(e.serving(op), region, bucket)
	if strings.Contains(e.template(), placeholderBucket) {
		return connect, connect
	}
	return connect, defaultHost(region, bucket)
}

// accelerated lists the operations that an acceleration host serves. It refuses
// others with ActionAccelerateNotSupported. Source: COS documentation, "Global
// Acceleration" in the FAQs.
var accelerated = map[string]bool{
	opGet: true, opHead: true, "PutObject": true,
	"InitiateMultipartUpload": true, opUploadPart: true, "CompleteMultipartUpload": true, "AbortMultipartUpload": true,
}

// serving returns the template of the host that serves an operation.
func (e Endpoint) serving(op string) string {
	own, ok := parseCOSHost(e.template())
	if !ok || own.region != accelerate || accelerated[op] {
		return e.template()
	}
	own.region = placeholderRegion
	return own.String()
}

// sourceHost returns the host name with which a copy names its source bucket.
// This is the public host of the region, no matter which host the request uses. A
// CDC and a private cloud are separate stores, where the public host would name a
// bucket of another store.
func (e Endpoint) sourceHost(region, bucket string) string {
	host, _, _ := strings.Cut(e.template(), ":")
	if strings.Contains(host, placeholderBucket) && privateHost(host, region) {
		return expand(host, region, bucket)
	}
	return defaultHost(region, bucket)
}

// signedElsewhere reports whether an operation is signed for a host that COS may
// not see. A domain that belongs neither to COS nor to a private cloud may belong
// to a CDN, which sends the bucket's own host name to COS.
func (e Endpoint) signedElsewhere(op, region, bucket string) bool {
	_, header := e.address(op, region, bucket)
	host, _, _ := strings.Cut(header, ":")
	_, own := parseCOSHost(host)
	return !own && !privateHost(host, region)
}

// privateHost reports whether a host belongs to a separate store. Outside of
// COS's domains, that is a host with the region in its name, since a custom
// domain belongs to one bucket and does not need it.
func privateHost(host, region string) bool {
	if own, ok := parseCOSHost(host); ok {
		return own.service == serviceCluster
	}
	return strings.Contains(host, placeholderRegion) || slices.Contains(strings.Split(host, "."), region)
}

func defaultHost(region, bucket string) string { return bucket + ".cos." + region + ".myqcloud.com" }

func expand(template, region, bucket string) string {
	return strings.NewReplacer(placeholderBucket, bucket, placeholderRegion, region).Replace(template)
}
