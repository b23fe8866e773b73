package cosclient

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// sampleRegion is used to check a bucket name if the region is unknown.
const sampleRegion = "ap-guangzhou"

// URL returns the unsigned https URL of an object at COS's public endpoint. The
// key is escaped as in a request: "/" stays unless it would leave a segment that
// a proxy or browser may remove.
func (l Location) URL() string {
	return "https://" + defaultHost(l.Region, l.Bucket) + "/" + encodeKey(l.Key)
}

// ParseURL parses the address of an object and of its version, if there is one.
// It accepts cos://bucket/key, whose key is not unescaped, and https URLs of COS
// or a private cloud that name the bucket. Of their parameters it uses only
// versionId. Region is "" if the address does not contain it. Errors do not quote
// the address, because a presigned URL is a secret.
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

// parseHost returns the bucket and region in a host name of COS or a private
// cloud. The region is "" for an acceleration host.
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

// parsePrivateHost parses <bucket>.cos.<region>.<domain> of a private cloud. It
// refuses domains that begin with one of COS's own, which imitate COS.
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

// versionOf returns the version in the query. COS accepts both spellings of the
// parameter.
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
