package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// An unusable file is reported with the reason and without its content.
func TestUnreadableCertificates(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		file string
		says []string
	}{
		"absolute":    {filepath.Join(dir, "none.pem"), []string{filepath.Join(dir, "none.pem"), "no such file or directory."}},
		"relative":    {"none.pem", []string{"none.pem", "no such file or directory.", "which is " + here, `"${path.module}/none.pem"`}},
		"a folder":    {dir, []string{dir, "is a directory."}},
		"no name":     {"", []string{"is empty. Leave it out"}},
		"empty":       {write("empty", nil), []string{"it is empty."}},
		"some text":   {write("text", []byte("canary")), []string{"no PEM certificate."}},
		"DER":         {write("der", der), []string{"seems to be DER", "openssl x509"}},
		"private key": {write("key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), []string{"no PEM certificate", "-----BEGIN CERTIFICATE-----"}},
		"broken":      {write("broken", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der[:20]})), []string{"no certificates that can be read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withCredentials()
			m.CACertificateFile = str(tc.file)
			_, diags := resolve(t.Context(), m, environment(), "")
			found := false
			for _, d := range diags.Errors() {
				at, ok := d.(interface{ Path() path.Path })
				if !ok || !at.Path().Equal(path.Root("ca_certificate_file")) {
					continue
				}
				found = true
				for _, part := range tc.says {
					if !strings.Contains(d.Detail(), part) {
						t.Errorf("%q does not say %q", d.Detail(), part)
					}
				}
				if strings.Contains(d.Detail(), "canary") || strings.Contains(d.Detail(), "..") {
					t.Errorf("the detail is %q", d.Detail())
				}
			}
			if !found {
				t.Errorf("no error at ca_certificate_file: %v", diags)
			}
		})
	}
}
