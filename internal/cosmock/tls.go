package cosmock

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net"
	"slices"
	"sync"
	"time"
)

// authority is the server's own CA with the certificates that it has issued.
type authority struct {
	caPEM  []byte
	ca     *x509.Certificate
	caKey  *ecdsa.PrivateKey
	key    *ecdsa.PrivateKey // of all certificates
	region string            // of first

	first tls.Certificate // for loopback, the server's region and Options.Domains

	mu    sync.Mutex
	later map[string]*tls.Certificate // by region
}

// maxRegions is the largest number of regions to issue certificates for.
const maxRegions = 100

// newAuthority creates a CA, and a certificate for loopback, the domains and the
// host names of a region, so that name resolution alone can point an SDK at this
// server. Certificates for other regions are issued on demand, because a wildcard
// covers only one label. Validity follows the real clock, not Options.Now.
func newAuthority(region string, domains map[string]string) (*authority, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the key of the CA: %w", err)
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the key of the certificate: %w", err)
	}
	notBefore := time.Now().Add(-time.Hour)
	ca := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "cosmock CA"},
		NotBefore:             notBefore,
		NotAfter:              notBefore.AddDate(1, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign,
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
	}
	if ca.SerialNumber, err = serialNumber(); err != nil {
		return nil, err
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, fmt.Errorf("making the CA: %w", err)
	}
	if ca, err = x509.ParseCertificate(caDER); err != nil {
		return nil, fmt.Errorf("reading the CA back: %w", err)
	}
	a := &authority{
		caPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		ca:    ca, caKey: caKey, key: leafKey, region: region, later: map[string]*tls.Certificate{},
	}
	names := slices.Concat([]string{"localhost"}, certificateNames(region), slices.Sorted(maps.Keys(domains)))
	a.first, err = a.issue(names)
	return a, err
}

func serialNumber() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("making a serial number: %w", err)
	}
	return n, nil
}

// issue issues a certificate for some names and for loopback.
func (a *authority) issue(names []string) (tls.Certificate, error) {
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "cosmock"},
		NotBefore:   a.ca.NotBefore,
		NotAfter:    a.ca.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		DNSNames:    names,
	}
	var err error
	if leaf.SerialNumber, err = serialNumber(); err != nil {
		return tls.Certificate{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.ca, a.key.Public(), a.caKey)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, nil
}

// certificate returns the certificate for a host name: the first one, unless the
// name is a COS host in another region.
func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	region := new(Undocumented).parseAddress(hello.ServerName, "", nil).region
	if region == "" || region == a.region || region == accelerate || !regionPattern.MatchString(region) {
		return &a.first, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.later[region]; known != nil {
		return known, nil
	}
	if len(a.later) >= maxRegions {
		return &a.first, nil
	}
	issued, err := a.issue(certificateNames(region))
	if err != nil {
		return nil, err
	}
	a.later[region] = &issued
	return &issued, nil
}

func certificateNames(region string) []string {
	var names []string
	for _, domain := range []string{"myqcloud.com", "tencentcos.cn"} {
		names = append(names,
			"*.cos."+region+"."+domain, "cos."+region+"."+domain,
			"*.cos-internal."+region+"."+domain,
			"*.cos."+accelerate+"."+domain, "*.cos-internal."+accelerate+"."+domain,
			"service.cos."+domain)
	}
	return names
}

func (a *authority) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: a.certificate,
		NextProtos:     []string{"http/1.1"},
	}
}
