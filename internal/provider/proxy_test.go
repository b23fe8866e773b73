package provider

import (
	"strings"
	"testing"
)

// Exactly the variables that do not contain a proxy address are reported.
func TestProxiesThatAreNone(t *testing.T) {
	t.Parallel()
	for value, ignored := range map[string]bool{
		"":                                false,
		"http://proxy.example.com:3128":   false,
		"https://proxy.example.com":       false,
		"proxy.example.com:3128":          false,
		"proxy.example.com":               false,
		"socks5://proxy.example.com:1080": false,
		"http://user:canary@proxy.example.com:3128":   false,
		"http://user:canary@%zz":                      true,
		"http://user:can%ary@proxy.example.com":       true,
		"http://user:canary canary@proxy.example.com": true,
		"http://[::1":       true,
		"http://proxy:port": true,
	} {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
			diags := checkProxies(environment(name, value))
			if (len(diags) == 1) != ignored || diags.HasError() {
				t.Errorf("%s=%q: %s", name, value, told(diags))
			}
			if len(diags) > 0 && (!strings.Contains(told(diags), name) || strings.Contains(told(diags), "can")) {
				t.Errorf("%s=%q: %s", name, value, told(diags))
			}
		}
	}
	both := checkProxies(environment("HTTPS_PROXY", "%zz", "https_proxy", "%zz", "http_proxy", "%zz"))
	if len(both) != 2 || !strings.Contains(told(both), "HTTPS_PROXY") || !strings.Contains(told(both), "http_proxy") {
		t.Errorf("got %s", told(both))
	}
	if diags := checkProxies(environment("HTTPS_PROXY", "proxy:1", "https_proxy", "%zz")); len(diags) != 0 {
		t.Errorf("a variable that does not count: %s", told(diags))
	}
}
