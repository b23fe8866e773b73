package cosmock

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// address is the bucket, key and region that a request names in its Host header
// and path ("Regions and Access Endpoints").
type address struct {
	bucket    string // "" for a request to the service
	key       string // "" for a request to the bucket
	region    string // from the host name; "" if it names none
	pathStyle bool
	custom    bool // the host is in Options.Domains
	hostless  bool // a copy source without a host; it is in the copy's region
}

// accelerate takes the place of the region in acceleration host names.
const accelerate = "accelerate"

// parseAddress parses these host names, for myqcloud.com and tencentcos.cn:
//
//	<bucket>.cos.<region>.<domain>           including the region "accelerate"
//	<bucket>.cos-internal.<region>.<domain>  likewise
//	cos.<region>.<domain>                    path style; the service if there is no path
//	service.cos.<domain>                     the service
//
// A host in domains belongs to its bucket. Any other host, such as the listener's
// address, is path style.
func (u *Undocumented) parseAddress(host, path string, domains map[string]string) address {
	host = strings.TrimSuffix(strings.ToLower(hostOnly(host)), ".")
	path = strings.TrimPrefix(path, "/")
	if u.collapses(path) {
		path = ""
	}
	if bucket, ok := domains[host]; ok {
		return address{bucket: bucket, key: path, custom: true}
	}
	var prefix string
	for _, domain := range []string{".myqcloud.com", ".tencentcos.cn"} {
		if p, ok := strings.CutSuffix(host, domain); ok {
			prefix = p
		}
	}
	if prefix == "service.cos" {
		return address{}
	}
	labels := strings.Split(prefix, ".")
	n := len(labels)
	if prefix == "" || n < 2 || labels[n-2] != "cos" && labels[n-2] != "cos-internal" {
		return u.pathStyle(path, "")
	}
	if n == 2 {
		return u.pathStyle(path, labels[1])
	}
	return address{bucket: strings.Join(labels[:n-2], "."), key: path, region: labels[n-1]}
}

// collapses reports whether a path is empty after its dot segments are removed
// (RFC 3986, section 5.2.4). Such a request reaches the bucket instead of an
// object, which is why the official SDK refuses to get or delete an object with
// such a name.
func (u *Undocumented) collapses(path string) bool {
	dots, depth := false, 0
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case ".":
			dots = true
		case "..":
			if u.ParentSegmentsKept {
				return false
			}
			dots = true
			depth = max(depth-1, 0)
		case "":
		default:
			depth++
		}
	}
	return dots && depth == 0
}

func (u *Undocumented) pathStyle(path, region string) address {
	bucket, key, _ := strings.Cut(path, "/")
	if u.collapses(key) {
		key = ""
	}
	return address{bucket: bucket, key: key, region: region, pathStyle: bucket != ""}
}

// appID matches the APPID at the end of a bucket name.
var appID = regexp.MustCompile(`-[0-9]+$`)

// maxKeyLength is the longest object key, in bytes ("Object Overview").
const maxKeyLength = 850

// checkKey refuses the keys that "Object Overview" rules out.
func (x *exchange) checkKey(key string) error {
	switch {
	case len(key) > maxKeyLength:
		return fail("KeyTooLong")
	case strings.ContainsAny(key, "\x18\x19\x1a\x1b"):
		return fail("InvalidObjectName")
	case strings.HasPrefix(key, "/") && x.undocumented.LeadingSlashRefused, strings.HasPrefix(key, `\`):
		return fail("InvalidObjectName")
	}
	return nil
}

// locate checks the address and finds the bucket. x.bucket stays nil for a
// request to the service and for one that creates the bucket.
func (x *exchange) locate() error {
	a := x.address
	if a.pathStyle && x.server.opts.RefusePathStyle {
		return fail("PathStyleDomainForbidden")
	}
	if a.bucket == "" {
		return nil
	}
	if x.server.foreign(a) {
		return fail("NoSuchBucket")
	}
	x.bucket = x.server.bucket(a.bucket)
	if x.bucket == nil {
		if !appID.MatchString(a.bucket) {
			return failf("InvalidRequest", "Missing required header for this request: Appid, Bucket format should be <bucketname>-<appid>")
		}
		if x.r.Method == "PUT" && a.key == "" && x.subresource == "" {
			return nil
		}
		return fail("NoSuchBucket")
	}
	switch a.region {
	case "", x.bucket.region:
	case accelerate:
		if err := x.accelerated(); err != nil {
			return err
		}
	default:
		return x.wrongRegion()
	}
	return x.checkKey(a.key)
}

// wrongRegion returns the error for a request to a region other than the
// bucket's.
func (x *exchange) wrongRegion() error {
	e := x.undocumented.WrongRegion.err()
	e.header = http.Header{}
	if x.undocumented.WrongRegionTold {
		e.header.Set("X-Cos-Bucket-Region", x.bucket.region)
	}
	if e.status/100 == 3 {
		target := url.URL{Scheme: "https", Host: hostName(x.address.bucket, x.bucket.region), Path: "/" + x.address.key}
		e.header.Set("Location", target.String())
	}
	return e
}

// resource returns the resource that error bodies print: the host and path as the
// request spells them.
func (x *exchange) resource() string {
	if x.address.bucket != "" && !x.address.pathStyle {
		return hostOnly(x.r.Host) + x.r.URL.Path
	}
	if x.address.bucket == "" {
		return "/"
	}
	region := x.server.opts.Region
	if x.bucket != nil {
		region = x.bucket.region
	}
	return hostName(x.address.bucket, region) + "/" + x.address.key
}

// hostOnly returns a host without its port.
func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

func hostName(bucket, region string) string {
	return bucket + ".cos." + region + ".myqcloud.com"
}
