package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// Environment variables that name the bucket. The credentials are in the provider's own variables.
const (
	envBucket   = "COS_LIVE_BUCKET"
	envRegion   = "COS_LIVE_REGION"
	envEndpoint = "COS_LIVE_ENDPOINT"
	envCA       = "COS_LIVE_CA_CERTIFICATE_FILE"
	envKMSKeyID = "COS_LIVE_KMS_KEY_ID"

	envSecretID      = "TENCENTCLOUD_SECRET_ID"
	envSecretKey     = "TENCENTCLOUD_SECRET_KEY"
	envSecurityToken = "TENCENTCLOUD_SECURITY_TOKEN"
)

// defaultEndpoint is COS's endpoint ("Regions and Access Endpoints").
const defaultEndpoint = "https://{bucket}.cos.{region}.myqcloud.com"

type settings struct {
	bucket, region string
	// endpoint is a base URL as in the provider's argument. Without {bucket}, the Host header names the bucket.
	endpoint string
	// plainEndpoint is the same URL with plain HTTP, or "" if there is none.
	plainEndpoint string
	caFile        string // an additional trust root, or ""
	kmsKeyID      string // if empty, SSE-KMS is skipped
	credential    rawcos.Credential
}

var (
	bucketName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9]+$`)
	regionName = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// readSettings reads the environment. Its error lists all missing variables.
func readSettings(getenv func(string) string) (settings, error) {
	var missing []string
	required := func(name, what string) string {
		value := getenv(name)
		if value == "" {
			missing = append(missing, fmt.Sprintf("  %s, %s", name, what))
		}
		return value
	}
	s := settings{
		bucket: required(envBucket, "a bucket of yours, such as examplebucket-1250000000"),
		region: required(envRegion, "the region that it is in, such as ap-guangzhou"),
		credential: rawcos.Credential{
			ID:    required(envSecretID, "of a user or role that may use the bucket"),
			Key:   rawcos.NewSecret(required(envSecretKey, "its key")),
			Token: rawcos.NewSecret(getenv(envSecurityToken)),
		},
		endpoint: strings.TrimRight(cmp.Or(getenv(envEndpoint), defaultEndpoint), "/"),
		caFile:   getenv(envCA),
		kmsKeyID: getenv(envKMSKeyID),
	}
	base, err := url.Parse(s.expand(s.endpoint))
	switch {
	case len(missing) > 0:
		err = fmt.Errorf("this runs against a real COS bucket, which environment variables name. Please set\n%s\n"+
			"Everything is written below one random prefix of the bucket and removed again; CONTRIBUTING.md says what it costs",
			strings.Join(missing, "\n"))
	case !bucketName.MatchString(s.bucket):
		err = fmt.Errorf("%s=%q is not a bucket of the form name-appid, such as examplebucket-1250000000", envBucket, s.bucket)
	case !regionName.MatchString(s.region):
		err = fmt.Errorf("%s=%q is not a region such as ap-guangzhou", envRegion, s.region)
	case err != nil || base.Scheme != "https" || base.Host == "" || base.Path != "" || base.RawQuery != "" || base.User != nil:
		err = fmt.Errorf("%s is not an https:// URL of a host alone, such as %s", envEndpoint, defaultEndpoint)
	}
	if err != nil {
		return settings{}, err
	}
	// An explicit port serves only HTTPS.
	if base.Port() == "" {
		s.plainEndpoint = "http" + strings.TrimPrefix(s.endpoint, "https")
	}
	if s.caFile != "" {
		if _, err := os.Stat(s.caFile); err != nil {
			return settings{}, fmt.Errorf("%s: %w", envCA, errors.Unwrap(err))
		}
		// The CLI runs in another directory.
		if s.caFile, err = filepath.Abs(s.caFile); err != nil {
			return settings{}, err
		}
	}
	return s, nil
}

func (s settings) expand(endpoint string) string {
	return strings.NewReplacer("{bucket}", s.bucket, "{region}", s.region).Replace(endpoint)
}

// domain returns the bucket's default host name.
func (s settings) domain() string { return s.bucket + ".cos." + s.region + ".myqcloud.com" }

func (s settings) host() string {
	if strings.Contains(s.endpoint, "{bucket}") {
		base, _ := url.Parse(s.expand(s.endpoint))
		return base.Host
	}
	return s.domain()
}

func (s settings) isCOS() bool { return s.endpoint == defaultEndpoint }
