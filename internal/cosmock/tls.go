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
	"time"
)

// authority is the server's own CA with the one certificate it has issued. Its
// key is forgotten right away.
type authority struct {
	caPEM []byte
	leaf  tls.Certificate
}

// newAuthority makes a CA and a certificate for loopback and for the host
// names of a region and the domains, so that an SDK can be pointed here by name resolution
// alone. Validity is by the real clock, whatever Options.Now says.
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
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "cosmock"},
		NotBefore:   notBefore,
		NotAfter:    ca.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		DNSNames:    append(certificateNames(region), slices.Sorted(maps.Keys(domains))...),
	}
	for _, template := range []*x509.Certificate{ca, leaf} {
		if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
			return nil, fmt.Errorf("making a serial number: %w", err)
		}
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, fmt.Errorf("making the CA: %w", err)
	}
	if ca, err = x509.ParseCertificate(caDER); err != nil {
		return nil, fmt.Errorf("reading the CA back: %w", err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, leafKey.Public(), caKey)
	if err != nil {
		return nil, fmt.Errorf("making the certificate: %w", err)
	}
	return &authority{
		caPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		leaf:  tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: leafKey},
	}, nil
}

func certificateNames(region string) []string {
	names := []string{"localhost"}
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
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{a.leaf},
		NextProtos:   []string{"http/1.1"},
	}
}
