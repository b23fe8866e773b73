package tfcli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// terraformVersion is the release that is downloaded if no CLI is available.
const terraformVersion = "1.14.9"

const (
	// answerLimit ends the attempt early where the release server cannot be reached at all.
	answerLimit = 15 * time.Second
	// downloadLimit bounds the whole attempt, for some 30 MB.
	downloadLimit = 2 * time.Minute
)

// downloadTerraform installs Terraform's release at target, its checksum and signature verified by hc-install.
func (f *Finder) downloadTerraform(ctx context.Context, target string) error {
	release, err := version.NewVersion(terraformVersion)
	if err != nil {
		return err
	}
	// On the same file system as the target, so that the last step is a rename and nobody sees half a file.
	folder, err := os.MkdirTemp(filepath.Dir(target), "download-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()

	installed, err := (&releases.ExactVersion{
		Product:    product.Terraform,
		Version:    release,
		InstallDir: folder,
		Timeout:    downloadLimit,
		HTTPClient: impatientClient(),
	}).Install(ctx)
	if err != nil {
		return fmt.Errorf("terraform %s: %w", terraformVersion, err)
	}
	return os.Rename(installed, target)
}

// impatientClient does not retry, and gives up soon on a host that does not answer: there is another way to a CLI.
func impatientClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: answerLimit}).DialContext,
		TLSHandshakeTimeout:   answerLimit,
		ResponseHeaderTimeout: answerLimit,
	}}
}
