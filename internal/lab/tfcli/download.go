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

// terraformVersion is the version that is downloaded if no CLI is available.
const terraformVersion = "1.14.9"

const (
	// answerLimit ends the attempt early if the release server is unreachable.
	answerLimit = 15 * time.Second
	// downloadLimit is the time limit of the whole download of about 30 MB.
	downloadLimit = 2 * time.Minute
)

// downloadTerraform installs a Terraform release at target. hc-install verifies its checksum and signature.
func (f *Finder) downloadTerraform(ctx context.Context, target string) error {
	release, err := version.NewVersion(terraformVersion)
	if err != nil {
		return err
	}
	// Use the target's file system, so that the final rename is atomic.
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

// impatientClient does not retry and soon gives up on a host that does not respond, because OpenTofu can be built
// instead.
func impatientClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: answerLimit}).DialContext,
		TLSHandshakeTimeout:   answerLimit,
		ResponseHeaderTimeout: answerLimit,
	}}
}
