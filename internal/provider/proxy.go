package provider

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// proxyVariables are the variables that net/http takes a proxy from. The upper
// case counts first.
var proxyVariables = [][]string{{"HTTPS_PROXY", "https_proxy"}, {"HTTP_PROXY", "http_proxy"}}

// checkProxies warns of a variable that is no URL. net/http ignores it without a
// word, so that requests go directly, or takes a part of it for a host. It
// quotes nothing, for there may be a password in it.
func checkProxies(getenv func(string) string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, names := range proxyVariables {
		for _, name := range names {
			value := getenv(name)
			if value == "" {
				continue
			}
			if !isProxy(value) {
				diags.AddWarning("Invalid Proxy in the Environment",
					fmt.Sprintf("The environment variable %s is not the address of a proxy, such as http://proxy.example.com:3128, so requests go directly or nowhere. Special characters of a password in it must be percent-encoded.", name))
			}
			break
		}
	}
	return diags
}

// isProxy reports a URL with a host, or a host alone.
func isProxy(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != ""
}
