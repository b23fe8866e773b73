package provider

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// unreadableCertificates explains why the file named by ca_certificate_file
// cannot be used.
func unreadableCertificates(name string, err error) string {
	if name == "" {
		return "ca_certificate_file is empty. Leave it out to trust the certificates that this machine trusts."
	}
	reason := err
	var failed *fs.PathError
	if errors.As(err, &failed) {
		reason = failed.Err
	}
	text := fmt.Sprintf("ca_certificate_file names %s, which cannot be used: %s.", name, reason)
	if filepath.IsAbs(name) || !errors.As(err, &failed) {
		return text
	}
	if dir, err := os.Getwd(); err == nil {
		text += fmt.Sprintf(" A relative path starts at the folder in which the CLI runs, which is %s.", dir)
	}
	return text + " To name a file of the module, write \"${path.module}/" + filepath.ToSlash(name) + "\"."
}

// noCertificate describes the content of a file that holds no certificate. It
// never quotes the content, which may be a private key.
func noCertificate(text []byte) error {
	block, _ := pem.Decode(text)
	switch {
	case len(text) == 0:
		return errors.New("it is empty")
	case block != nil && block.Type == "CERTIFICATE":
		return errors.New("its PEM blocks are no certificates that can be read")
	case block != nil:
		return errors.New("it holds PEM blocks and no PEM certificate: a certificate begins with -----BEGIN CERTIFICATE-----")
	case text[0] == 0x30: // an ASN.1 sequence
		return errors.New("it holds no PEM certificate. It seems to be DER, which openssl x509 -inform der converts")
	}
	return errors.New("it holds no PEM certificate")
}
