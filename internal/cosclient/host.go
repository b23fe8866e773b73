package cosclient

import (
	"slices"
	"strings"
)

// cosHost is a host name of COS, split into its parts. Source: COS documentation,
// "Regions and Access Endpoints" and "Cloud Dedicated Cluster".
type cosHost struct {
	bucket  string // "" if the host names none
	cluster string // of a CDC, which is a separate store
	service string // one of the services below
	region  string // "" for an acceleration host
	domain  string
}

const (
	servicePublic   = "cos"
	serviceInternal = "cos-internal"
	serviceCluster  = "cos-cdc"

	// accelerate takes the place of the region in acceleration host names.
	accelerate = "accelerate"
)

// cosDomains are the domains of COS's own hosts.
var cosDomains = []string{"myqcloud.com", "tencentcos.cn"}

// parseCOSHost parses [<bucket>.]cos.<region>.<domain>, the same with
// cos-internal, and [<bucket>.]<cluster>.cos-cdc.<region>.<domain>.
func parseCOSHost(host string) (h cosHost, ok bool) {
	for _, domain := range cosDomains {
		prefix, found := strings.CutSuffix(host, "."+domain)
		if !found {
			continue
		}
		labels := strings.Split(prefix, ".")
		n := len(labels)
		if n < 2 || slices.Contains(labels, "") {
			return cosHost{}, false
		}
		h = cosHost{service: labels[n-2], region: labels[n-1], domain: domain}
		labels = labels[:n-2]
		switch h.service {
		case servicePublic, serviceInternal:
		case serviceCluster:
			if len(labels) == 0 {
				return cosHost{}, false
			}
			h.cluster, labels = labels[len(labels)-1], labels[:len(labels)-1]
		default:
			return cosHost{}, false
		}
		if len(labels) == 1 {
			h.bucket = labels[0]
		}
		return h, len(labels) <= 1
	}
	return cosHost{}, false
}

// String returns the host name.
func (h cosHost) String() string {
	var labels []string
	for _, label := range []string{h.bucket, h.cluster, h.service, h.region, h.domain} {
		if label != "" {
			labels = append(labels, label)
		}
	}
	return strings.Join(labels, ".")
}
