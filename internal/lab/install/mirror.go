package main

import (
	"errors"
	"path"
	"path/filepath"
)

// registries are the hosts that the source address "cos-terraform/cos" refers to
// in Terraform and in OpenTofu.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// mirrorDir returns a directory that both CLIs search by default. Source:
// Terraform and OpenTofu documentation, "CLI Configuration File", implied local
// mirrors. It does not create ~/.terraform.d for a user of the XDG directories,
// because OpenTofu would then use it for all its files.
func mirrorDir(goos string, getenv func(string) string, exists func(string) bool) (string, error) {
	if goos == "windows" {
		data := getenv("APPDATA")
		if data == "" {
			return "", errors.New("the environment variable APPDATA is not set")
		}
		return filepath.Join(data, "terraform.d", "plugins"), nil
	}
	home := getenv("HOME")
	if home == "" {
		return "", errors.New("the environment variable HOME is not set")
	}
	usual := filepath.Join(home, ".terraform.d")
	if data := getenv("XDG_DATA_HOME"); goos != "darwin" && filepath.IsAbs(data) && !exists(usual) {
		return filepath.Join(data, "terraform", "plugins"), nil
	}
	return filepath.Join(usual, "plugins"), nil
}

// folders returns the directories of an unpacked provider, one per registry.
func folders(mirror, version, goos, goarch string) []string {
	var all []string
	for _, host := range registries {
		all = append(all, filepath.Join(mirror, filepath.FromSlash(path.Join(host, "cos-terraform/cos", version, goos+"_"+goarch))))
	}
	return all
}

func binaryName(goos, version string) string {
	name := "terraform-provider-cos_v" + version
	if goos == "windows" {
		name += ".exe"
	}
	return name
}

// configurations returns the CLI configuration files that could change where
// providers are installed from.
func configurations(goos string, getenv func(string) string) []string {
	if named := getenv("TF_CLI_CONFIG_FILE"); named != "" {
		return []string{named}
	}
	if goos == "windows" {
		data := getenv("APPDATA")
		return []string{filepath.Join(data, "terraform.rc"), filepath.Join(data, "tofu.rc")}
	}
	home := getenv("HOME")
	files := []string{filepath.Join(home, ".terraformrc"), filepath.Join(home, ".tofurc")}
	if config := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(config) {
		files = append(files, filepath.Join(config, "opentofu", "tofurc"))
	}
	return files
}
