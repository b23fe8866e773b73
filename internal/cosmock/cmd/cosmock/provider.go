package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// written begins each block, by which a later run knows a file as one that it may replace.
const written = "# Written by cosmock, for as long as it runs: do not commit this file.\n"

// providerBlock returns the provider block of a configuration that uses the
// server. terraform fmt leaves it as it is.
func providerBlock(server *cosmock.Server) (string, error) {
	// The CLI may run in another directory than the server.
	caFile, err := filepath.Abs(server.CAFile())
	if err != nil {
		return "", err
	}
	var block strings.Builder
	block.WriteString(written + "provider \"cos\" {\n")
	for _, argument := range [][2]string{
		{"region", server.Region()},
		{"endpoint", server.URL()},
		{"ca_certificate_file", caFile},
		{"secret_id", server.SecretID()},
		{"secret_key", server.SecretKey()},
	} {
		fmt.Fprintf(&block, "  %-19s = %s\n", argument[0], quote(argument[1]))
	}
	block.WriteString("}\n")
	return block.String(), nil
}

// quote returns a string as a literal of HCL, which knows fewer escapes than Go
// and templates besides.
func quote(s string) string {
	var literal strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			literal.WriteRune('\\')
			literal.WriteRune(r)
		case strconv.IsPrint(r):
			literal.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&literal, `\u%04x`, r)
		default:
			fmt.Fprintf(&literal, `\U%08x`, r)
		}
	}
	return `"` + strings.NewReplacer("${", "$${", "%{", "%%{").Replace(literal.String()) + `"`
}

// replaceable returns an error if there is a file that cosmock has not written.
func replaceable(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var before []byte
	if err == nil && info.Mode().IsRegular() {
		before, err = os.ReadFile(name)
	}
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular(), len(before) > 0 && !strings.HasPrefix(string(before), written):
		return fmt.Errorf("%s is another file, which was not written by cosmock: choose another name, or remove it", name)
	}
	return nil
}

// writeProvider writes the provider block to a file, or to stdout if the name is
// "-". The file appears complete: whoever waits for it can use the server. A file
// of somebody else stays as it is.
func writeProvider(name string, server *cosmock.Server, stdout io.Writer) error {
	block, err := providerBlock(server)
	if err != nil {
		return err
	}
	if name == "-" {
		_, err := io.WriteString(stdout, block)
		return err
	}
	if err := replaceable(name); err != nil {
		return fmt.Errorf("writing the provider block: %w", err)
	}
	// No CLI reads a file with this suffix. Only the user can read it, because of the key.
	temporary, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.new")
	if err != nil {
		return fmt.Errorf("writing the provider block: %w", err)
	}
	_, err = temporary.WriteString(block)
	if err = cmp.Or(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing the provider block: %w", err), os.Remove(temporary.Name()))
	}
	return nil
}
