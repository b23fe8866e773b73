package provider

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// proxyVariables lists the variables from which net/http reads a proxy. The
// upper-case form takes precedence.
var proxyVariables = [][]string{{"HTTPS_PROXY", "https_proxy"}, {"HTTP_PROXY", "http_proxy"}}

// checkProxies warns about a proxy variable that is not a URL. net/http silently
// ignores it and connects directly, or takes part of it for a host. The warning
// does not quote the value, which may contain a password.
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

// isProxy reports whether text is a URL with a host, or only a host.
func isProxy(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != ""
}
