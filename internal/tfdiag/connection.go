package tfdiag

import (
	"errors"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// connection returns advice for a request that could not connect, or "" for any
// other error.
func connection(err error) string {
	for _, a := range connections {
		if errors.Is(err, a.is) {
			return a.text
		}
	}
	return ""
}

// connections is ordered from specific to general.
var connections = []struct {
	is   error
	text string
}{
	{cosclient.ErrProxyCredentials, "The proxy comes from the environment variable HTTPS_PROXY or HTTP_PROXY and asks for a user and a password: set it to http://user:password@host:port. If COS can be reached without a proxy, add its host to NO_PROXY."},
	{cosclient.ErrProxy, "The proxy comes from the environment variable HTTPS_PROXY or HTTP_PROXY: check that its host and port are those of a proxy that allows CONNECT. If COS can be reached without a proxy, add its host to NO_PROXY."},
	{cosclient.ErrUnknownHost, "Nobody has this host name: check region and bucket, which are part of it, and endpoint in the provider block. If only a proxy can resolve outside hosts, set HTTPS_PROXY to its address."},
	{cosclient.ErrNoTLS, "Check endpoint in the provider block: an address that begins with https:// needs the port for TLS. If the endpoint really speaks plain HTTP, write http://."},
}

// join continues a sentence with another one. If sentence contains several, they
// stay separate.
func join(sentence, more string) string {
	if more == "" {
		return sentence
	}
	if bare, ok := strings.CutSuffix(sentence, "."); ok && !strings.Contains(bare, ". ") {
		return bare + ": " + more
	}
	return sentence + " " + strings.ToUpper(more[:1]) + more[1:]
}
