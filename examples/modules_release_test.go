//go:build unix

package examples_test

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// release writes the archives of a release for a platform, and their checksums, with the names of .goreleaser.yml.
func release(t *testing.T, folder, version, platform string) {
	t.Helper()
	programs, err := builtProvider()
	if err != nil {
		t.Fatal(err)
	}
	if err := builtCosmock(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	sums := ""
	pack := func(name string, write func(io.Writer) error) {
		t.Helper()
		file, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		if err := write(io.MultiWriter(file, sum)); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		sums += fmt.Sprintf("%x  %s\n", sum.Sum(nil), name)
	}
	program := func(name string) *os.File {
		t.Helper()
		file, err := os.Open(filepath.Join(programs, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = file.Close() })
		return file
	}
	pack("terraform-provider-cos_"+version+"_"+platform+".zip", func(to io.Writer) error {
		archive := zip.NewWriter(to)
		// Not compressed: that would take longer than the rest of the test.
		header := &zip.FileHeader{Name: "terraform-provider-cos_v" + version, Method: zip.Store}
		header.SetMode(0o755)
		entry, err := archive.CreateHeader(header)
		if err == nil {
			_, err = io.Copy(entry, program("terraform-provider-cos"))
		}
		if err != nil {
			return err
		}
		return archive.Close()
	})
	pack("cosmock_"+version+"_"+platform+".tar.gz", func(to io.Writer) error {
		compressed, err := gzip.NewWriterLevel(to, gzip.NoCompression)
		if err != nil {
			return err
		}
		from := program("cosmock")
		info, err := from.Stat()
		if err != nil {
			return err
		}
		archive := tar.NewWriter(compressed)
		if err := archive.WriteHeader(&tar.Header{Name: "LICENSE", Mode: 0o644}); err != nil {
			return err
		}
		if err := archive.WriteHeader(&tar.Header{Name: "cosmock", Mode: 0o755, Size: info.Size()}); err != nil {
			return err
		}
		if _, err := io.Copy(archive, from); err != nil {
			return err
		}
		if err := archive.Close(); err != nil {
			return err
		}
		return compressed.Close()
	})
	if err := os.WriteFile(filepath.Join(folder, "terraform-provider-cos_"+version+"_SHA256SUMS"), []byte(sums), 0o600); err != nil {
		t.Fatal(err)
	}
}

// builtCosmock builds the server into the directory of the provider.
var builtCosmock = sync.OnceValue(func() error {
	return tfcli.Build(context.Background(), "..", filepath.Join(temporary, "bin"), "./internal/cosmock/cmd/cosmock")
})
