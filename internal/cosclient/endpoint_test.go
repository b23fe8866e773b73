package cosclient

import (
	"strings"
	"testing"
)

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	const region, bucket = "ap-beijing", "b-1250000000"
	tests := map[string]struct {
		template                  string
		url, host, header, source string
		insecure                  bool
	}{
		"the default": {
			"", "https://{bucket}.cos.{region}.myqcloud.com",
			"b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"the newer domain": {
			"https://{bucket}.cos-internal.{region}.tencentcos.cn/", "https://{bucket}.cos-internal.{region}.tencentcos.cn",
			"b-1250000000.cos-internal.ap-beijing.tencentcos.cn", "b-1250000000.cos-internal.ap-beijing.tencentcos.cn", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"acceleration": {
			"https://{bucket}.cos.accelerate.myqcloud.com", "https://{bucket}.cos.accelerate.myqcloud.com",
			"b-1250000000.cos.accelerate.myqcloud.com", "b-1250000000.cos.accelerate.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"acceleration, as other tools take it": {
			"https://cos.accelerate.myqcloud.com", "https://{bucket}.cos.accelerate.myqcloud.com",
			"b-1250000000.cos.accelerate.myqcloud.com", "b-1250000000.cos.accelerate.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"acceleration, as the console shows it": {
			"https://b-1250000000.cos.accelerate.myqcloud.com/", "https://{bucket}.cos.accelerate.myqcloud.com",
			"b-1250000000.cos.accelerate.myqcloud.com", "b-1250000000.cos.accelerate.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"the host of another bucket": {
			"https://other-1250000000.cos.ap-beijing.myqcloud.com", "https://{bucket}.cos.ap-beijing.myqcloud.com",
			"b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"the service of a region": {
			"https://cos.{region}.myqcloud.com", "https://{bucket}.cos.{region}.myqcloud.com",
			"b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"a CDC": {
			"https://{bucket}.cluster-abc.cos-cdc.{region}.myqcloud.com", "https://{bucket}.cluster-abc.cos-cdc.{region}.myqcloud.com",
			"b-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com", "b-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com", "b-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com", false,
		},
		"a CDC, as the official provider takes it": {
			"https://cluster-abc.cos-cdc.ap-beijing.myqcloud.com", "https://{bucket}.cluster-abc.cos-cdc.ap-beijing.myqcloud.com",
			"b-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com", "b-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com", "b-1250000000.cluster-abc.cos-cdc.ap-beijing.myqcloud.com", false,
		},
		"a private cloud of one region": {
			"https://{bucket}.cos.ap-beijing.cloud.example", "https://{bucket}.cos.ap-beijing.cloud.example",
			"b-1250000000.cos.ap-beijing.cloud.example", "b-1250000000.cos.ap-beijing.cloud.example", "b-1250000000.cos.ap-beijing.cloud.example", false,
		},
		"a custom domain": {
			"https://{bucket}.files.example", "https://{bucket}.files.example",
			"b-1250000000.files.example", "b-1250000000.files.example", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"a default CDN domain": {
			"https://{bucket}.file.myqcloud.com", "https://{bucket}.file.myqcloud.com",
			"b-1250000000.file.myqcloud.com", "b-1250000000.file.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"a private cloud": {
			"https://{bucket}.cos.{region}.cloud.example:8443", "https://{bucket}.cos.{region}.cloud.example:8443",
			"b-1250000000.cos.ap-beijing.cloud.example:8443", "b-1250000000.cos.ap-beijing.cloud.example:8443", "b-1250000000.cos.ap-beijing.cloud.example", false,
		},
		"no bucket in the host": {
			"https://127.0.0.1:9000", "https://127.0.0.1:9000",
			"127.0.0.1:9000", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"only the region": {
			"https://cos.{region}.proxy.example", "https://cos.{region}.proxy.example",
			"cos.ap-beijing.proxy.example", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
		"plain, IPv6, default port": {
			"HTTP://[::1]:80", "http://[::1]", "[::1]", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", true,
		},
		"default port of https": {
			"https://Gate.Example:443/", "https://gate.example", "gate.example", "b-1250000000.cos.ap-beijing.myqcloud.com", "b-1250000000.cos.ap-beijing.myqcloud.com", false,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			e, err := ParseEndpoint(tc.template)
			if err != nil {
				t.Fatal(err)
			}
			host, header := e.address(opHead, region, bucket)
			if e.String() != tc.url || host != tc.host || header != tc.header || e.Secure() == tc.insecure {
				t.Errorf("got %s, %s, %s, secure %t", e, host, header, e.Secure())
			}
			if got := e.sourceHost(region, bucket); got != tc.source {
				t.Errorf("a copy names its source by %s, want %s", got, tc.source)
			}
		})
	}
	var zero Endpoint
	if zero.String() != DefaultEndpoint || !zero.Secure() {
		t.Errorf("the zero value is %s", zero)
	}
}

func TestParseEndpointRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ template, want string }{
		"userinfo":              {"https://canary:canary@host", "user name or password"},
		"userinfo, no scheme":   {"canary:canary@host", "user name or password"},
		"a path":                {"https://host/canary", "no path"},
		"the bucket as a path":  {"https://host/{bucket}", "no path"},
		"a query":               {"https://host?canary=1", "no query"},
		"an empty query":        {"https://host?", "no query"},
		"a fragment":            {"https://host#canary", "no fragment"},
		"an empty fragment":     {"https://host/#", "no fragment"},
		"another scheme":        {"ftp://canary", "https:// or http://"},
		"no scheme":             {"canary.example", "https:// or http://"},
		"no host":               {"https://", "https:// or http://"},
		"only a port":           {"https://:443", "https:// or http://"},
		"an unknown name":       {"https://{bukket}.example", "unknown placeholder {bukket}"},
		"another case":          {"https://{Bucket}.example", "unknown placeholder"},
		"an open brace":         {"https://{bucket.example", "{ without a }"},
		"a closing brace":       {"https://bucket}.example", "https:// or http://"},
		"a name for the port":   {"https://host:{region}", "https:// or http://"},
		"a name for the scheme": {"{bucket}://host", "https:// or http://"},
		"a space":               {"https://ho st", "https:// or http://"},
		"a control character":   {"https://host\n", "https:// or http://"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseEndpoint(tc.template)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("error %v, want one with %q", err, tc.want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the error quotes the endpoint: %v", err)
			}
		})
	}
}
