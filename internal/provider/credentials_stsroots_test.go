package provider

import (
	"crypto/x509"
	"testing"
)

// The certificates of ca_certificate_file apply to COS and to a configured STS
// endpoint, but not to the public STS.
func TestCertificatesOfSTS(t *testing.T) {
	t.Parallel()
	roots := x509.NewCertPool()
	for endpoint, want := range map[string]*x509.CertPool{"": nil, "sts.internal.example.com": roots} {
		if got := (model{STSEndpoint: str(endpoint)}).stsRoots(roots); got != want {
			t.Errorf("with the endpoint %q: %v", endpoint, got)
		}
	}
	if got := (model{}).stsRoots(roots); got != nil {
		t.Errorf("without an endpoint: %v", got)
	}
}
