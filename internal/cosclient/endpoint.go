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

// Endpoint is where requests go: a scheme and a host in which {bucket} and
// {region} stand for those of the request. The zero value is the default
// endpoint.
//
// An acceleration endpoint is two hosts: COS serves the transfer of objects
// there and nothing else, so everything else goes to the regional host.
type Endpoint struct {
	plain bool   // http
	host  string // with placeholders; "" is that of DefaultEndpoint
}

// ParseEndpoint reads a template such as https://{bucket}.cos.{region}.tencentcos.cn
// or https://127.0.0.1:9000; "" is DefaultEndpoint. Whatever could hold a
// secret or change what is signed is refused: userinfo, a path, a query and a
// fragment. Errors do not quote the template.
//
// One of COS's own hosts always names the bucket of the request, also if the
// template has no bucket (as other tools take it) or a certain one (as the
// console shows it).
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
	host = restore.Replace(host)
	if own, ok := parseCOSHost(host); ok && !strings.Contains(own.bucket, placeholderBucket) {
		own.bucket = placeholderBucket
		host = own.String()
	}
	return Endpoint{plain: u.Scheme == "http", host: host}, nil
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

// address returns the host that an operation on the bucket connects to, and
// the Host header it carries. Without {bucket} in the template they differ: the
// header names the bucket's own host, and TLS verifies the endpoint's.
func (e Endpoint) address(op, region, bucket string) (connect, header string) {
	connect = expand(e.serving(op), region, bucket)
	if strings.Contains(e.template(), placeholderBucket) {
		return connect, connect
	}
	return connect, defaultHost(region, bucket)
}

// accelerated are the operations that an acceleration host serves; any other
// is refused there by ActionAccelerateNotSupported. Source: COS documentation,
// "Global Acceleration" in the FAQs.
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

// sourceHost returns the host by which a copy names its source bucket: the
// public one of its region, whichever way the request itself goes. A CDC and a
// private cloud are stores of their own, where that host would name a bucket of
// another store.
func (e Endpoint) sourceHost(region, bucket string) string {
	host, _, _ := strings.Cut(e.template(), ":")
	if strings.Contains(host, placeholderBucket) && privateHost(host, region) {
		return expand(host, region, bucket)
	}
	return defaultHost(region, bucket)
}

// signedElsewhere reports whether an operation is signed for a host that COS
// may never see: a domain that is neither COS's own nor that of a private cloud
// may belong to a CDN, which asks COS under the bucket's own host.
func (e Endpoint) signedElsewhere(op, region, bucket string) bool {
	_, header := e.address(op, region, bucket)
	host, _, _ := strings.Cut(header, ":")
	_, own := parseCOSHost(host)
	return !own && !privateHost(host, region)
}

// privateHost reports whether a host is that of a store of its own. Outside of
// COS's domains that is one which names the region: a custom domain belongs to
// a bucket and has no need to.
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
