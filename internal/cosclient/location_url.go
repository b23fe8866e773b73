package cosclient

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// sampleRegion stands in where a bucket is checked whose region is not known.
const sampleRegion = "ap-guangzhou"

// URL returns the https address of an object at COS's public endpoint. It is
// not signed. The key is escaped as it is in a request: "/" stays, unless that
// leaves a segment which a proxy or a browser may fold.
func (l Location) URL() string {
	return "https://" + defaultHost(l.Region, l.Bucket) + "/" + encodeKey(l.Key)
}

// ParseURL reads the address of an object and of its version, "" for none:
// cos://bucket/key, whose key is taken verbatim, or an https URL at one of
// COS's own hosts or of a private cloud that name the bucket, whose path is
// unescaped and of whose parameters only versionId counts. Region is "" if
// the address names none. Errors do not quote the address: a presigned one is a
// secret.
func ParseURL(s string) (loc Location, version string, err error) {
	if rest, ok := strings.CutPrefix(s, "cos://"); ok {
		loc.Bucket, loc.Key, _ = strings.Cut(rest, "/")
		return loc, "", loc.validateWithoutRegion()
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return Location{}, "", errors.New("the text is not a URL")
	case u.Scheme != "https" || u.Host == "":
		return Location{}, "", errors.New("the address of an object begins with https:// or cos:// and names a bucket")
	case u.User != nil:
		return Location{}, "", errors.New("the address of an object has no user name or password")
	case strings.Contains(s, "#"):
		return Location{}, "", errors.New("the address of an object has no fragment; a # in a key is written %23")
	case u.Port() != "" && u.Port() != "443":
		return Location{}, "", errors.New("COS's own hosts have no other port than 443")
	}
	if loc.Bucket, loc.Region, err = parseHost(strings.ToLower(u.Hostname())); err != nil {
		return Location{}, "", err
	}
	loc.Key = strings.TrimPrefix(u.Path, "/")
	if version, err = versionOf(u.Query()); err != nil {
		return Location{}, "", err
	}
	return loc, version, loc.validateWithoutRegion()
}

// parseHost finds the bucket and the region in a host of COS or of a private
// cloud; the region is "" if it is an acceleration host, which names none.
func parseHost(host string) (bucket, region string, err error) {
	own, ok := parseCOSHost(host)
	if !ok {
		own, ok = parsePrivateHost(host)
	}
	switch {
	case !ok || own.bucket == "":
		return "", "", fmt.Errorf("the host is not one of COS's own that name a bucket, such as %s", defaultHost(sampleRegion, "examplebucket-1250000000"))
	case own.region == accelerate:
		return own.bucket, "", nil
	}
	return own.bucket, own.region, nil
}

// parsePrivateHost reads <bucket>.cos.<region>.<domain> for the domain of a
// private cloud. A domain that begins as COS's own do is none: it is made to be
// taken for one of them.
func parsePrivateHost(host string) (h cosHost, ok bool) {
	labels := strings.SplitN(host, ".", 4)
	if len(labels) < 4 || labels[1] != servicePublic || !IsRegion(labels[2]) || !strings.Contains(labels[3], ".") {
		return cosHost{}, false
	}
	h = cosHost{bucket: labels[0], service: labels[1], region: labels[2], domain: labels[3]}
	for _, domain := range cosDomains {
		if strings.HasPrefix(h.domain, domain+".") {
			return cosHost{}, false
		}
	}
	return h, true
}

// versionOf finds the version among the parameters. COS takes either spelling.
func versionOf(query url.Values) (version string, err error) {
	for name, values := range query {
		if !strings.EqualFold(name, "versionId") {
			continue
		}
		for _, value := range values {
			switch {
			case value == "" || value == version: // an empty one counts as absent
			case version != "":
				return "", errors.New("the address names two versions")
			default:
				version = value
			}
		}
	}
	return version, nil
}

func (l Location) validateWithoutRegion() error {
	if l.Region == "" {
		l.Region = sampleRegion
	}
	return l.Validate()
}
