// Package objstore runs the acceptance test of the COS bucket in
// thanos-io/objstore, the object storage library of Thanos, Cortex and Loki.
package objstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/go-kit/log"
	"github.com/thanos-io/objstore"
	"github.com/thanos-io/objstore/providers/cos"
)

func TestAcceptance(t *testing.T) {
	address := os.Getenv("COSMOCK_ADDRESS")
	if address == "" {
		t.Skip("the test of the folder above says where the server is")
	}
	pem, err := os.ReadFile(os.Getenv("COSMOCK_CA"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("the CA's certificate cannot be read")
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	config := cos.DefaultConfig
	name := os.Getenv("COSMOCK_BUCKET")
	cut := strings.LastIndex(name, "-")
	config.Bucket, config.AppId, config.Region = name[:cut], name[cut+1:], os.Getenv("COSMOCK_REGION")
	config.SecretId, config.SecretKey = os.Getenv("COSMOCK_SECRET_ID"), os.Getenv("COSMOCK_SECRET_KEY")
	bucket, err := cos.NewBucketWithConfig(log.NewNopLogger(), config, "conformance",
		func(http.RoundTripper) http.RoundTripper { return transport })
	if err != nil {
		t.Fatal(err)
	}
	objstore.AcceptanceTest(t, bucket)
}
