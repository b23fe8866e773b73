package main_test

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// guide is the installation guide, of which every block is run.
type guide struct {
	blocks  []string
	replace *strings.Replacer // paths and versions
}

// block returns the only block that contains part.
func (g guide) block(t *testing.T, part string) string {
	t.Helper()
	found := ""
	for _, b := range g.blocks {
		if strings.Contains(b, part) {
			if found != "" {
				t.Fatalf("two blocks have %q", part)
			}
			found = g.replace.Replace(b)
		}
	}
	if found == "" {
		t.Fatalf("no block has %q", part)
	}
	return found
}

func installGuide(t *testing.T, replacements ...string) guide {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("templates/guides/install.md"))
	if err != nil {
		t.Fatal(err)
	}
	g := guide{replace: strings.NewReplacer(replacements...)}
	for _, match := range regexp.MustCompile("(?s)```(?:sh|terraform)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		g.blocks = append(g.blocks, match[1])
	}
	if len(g.blocks) != 7 {
		t.Fatalf("the guide has %d blocks: each needs a place in this test", len(g.blocks))
	}
	return g
}

// download creates the files of a release: archives with the layout of
// .goreleaser.yml, and their checksums. Without a binary, they contain a program
// that cannot run.
func download(t *testing.T, dir, version, binary string, platforms ...string) {
	t.Helper()
	layout := releaseLayout(t)
	var sums strings.Builder
	for _, platform := range platforms {
		program := strings.NewReader("no program")
		var from io.Reader = program
		if binary != "" && platform == runtime.GOOS+"_"+runtime.GOARCH {
			file, err := os.Open(binary)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			from = file
		}
		name := layout.archive(version, platform)
		archive, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		pack := zip.NewWriter(io.MultiWriter(archive, sum))
		for _, file := range append(layout.texts, layout.program(version, platform)) {
			header := &zip.FileHeader{Name: file, Method: zip.Deflate}
			header.SetMode(0o644)
			content := io.Reader(strings.NewReader("text"))
			if file == layout.program(version, platform) {
				header.SetMode(0o755)
				content = from
			}
			w, err := pack.CreateHeader(header)
			if err == nil {
				_, err = io.Copy(w, content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := pack.Close(); err != nil {
			t.Fatal(err)
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sum.Sum(nil), name)
	}
	if err := os.WriteFile(filepath.Join(dir, "terraform-provider-cos_"+version+"_SHA256SUMS"), []byte(sums.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The guide for installing the provider in a team works: archives in a mirror,
// the version that the constraint selects, a lock file for several platforms, an
// upgrade, and a custom build. No registry is reachable.
//
// With COS_RELEASE_DIST, the archives are those of a release build.
//
// With our runner: init has to install the provider.
func TestAccInstallGuide(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the commands of the guide are for a Unix shell")
	}
	ws := acctest.NewWorkspace(t)
	w := acctest.New(t)
	binary := build(t)
	home, downloads, mirror := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "mirror")
	platform := runtime.GOOS + "_" + runtime.GOARCH
	version, constraint := "0.1.0", "~> 0.1.0"
	released := os.Getenv("COS_RELEASE_DIST")
	if released == "" {
		download(t, downloads, version, binary, "linux_amd64", "darwin_arm64", platform)
	} else {
		downloads = released
		found, err := filepath.Glob(filepath.Join(released, "terraform-provider-cos_*_"+platform+".zip"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s has %q for %s", released, found, platform)
		}
		version = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "terraform-provider-cos_"), "_"+platform+".zip")
		constraint = version
	}
	g := installGuide(t, "/opt/terraform/providers", mirror, "/home/me/terraform-provider-cos/bin", filepath.Dir(binary),
		"version=0.1.0", "version="+version, "~> 0.1.0", constraint, "-platform=linux_amd64 -platform=darwin_arm64", lockPlatforms(released, platform))
	shell := func(script, dir string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), "sh", "-euc", script)
		command.Dir = dir
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
	}
	shell(g.block(t, "sha256sum"), downloads)

	ws.Env = []string{"HOME=" + home, "XDG_DATA_HOME=", "TF_REATTACH_PROVIDERS=", "TF_CLI_CONFIG_FILE=" + ws.Write("cli.tfrc", g.block(t, "filesystem_mirror"))}
	ws.Write("versions.tf", g.block(t, "required_version"))
	ws.Write("main.tf", w.Provider()+w.Object("a", `content = "x"`, `server_side_encryption = "AES256"`))
	if r := ws.Run("init"); r.Code != 0 || !strings.Contains(r.Text(), "v"+version) {
		t.Fatalf("init:\n%s", r.Output())
	}
	lockFile := func() string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(ws.Dir, ".terraform.lock.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if lock := lockFile(); strings.Count(lock, `"h1:`) != 1 || !strings.Contains(lock, constraint) {
		t.Errorf("the lock file after init:\n%s", lock)
	}
	if r := ws.Run(strings.Fields(strings.TrimPrefix(g.block(t, "providers lock"), "terraform "))...); r.Code != 0 {
		t.Fatalf("providers lock:\n%s", r.Output())
	}
	if lock := lockFile(); strings.Count(lock, `"h1:`) != strings.Count(g.block(t, "providers lock"), "-platform=") {
		t.Errorf("the lock file after providers lock:\n%s", lock)
	}
	ws.Apply()
	if o, ok := w.Stored("a"); !ok || o.Mode != "AES256" {
		t.Errorf("stored %+v", o)
	}

	// The other CLI uses its own registry host and directory of the mirror.
	other := acctest.NewWorkspace(t)
	other.Env = ws.Env
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		if strings.Contains(lockFile(), registry) {
			continue
		}
		other.Write("versions.tf", strings.Replace(g.block(t, "required_version"), `"cos-terraform/cos"`, `"`+registry+`/cos-terraform/cos"`, 1))
		if r := other.Run("init"); r.Code != 0 {
			t.Errorf("init from %s:\n%s", registry, r.Output())
		}
	}

	if released == "" {
		for _, newer := range []string{"0.1.1", "0.2.0"} {
			download(t, downloads, newer, "", platform)
			shell(strings.Replace(g.block(t, "sha256sum"), "version=0.1.0", "version="+newer, 1), downloads)
		}
		if r := ws.Run("init", "-upgrade"); r.Code != 0 || !strings.Contains(lockFile(), `"0.1.1"`) {
			t.Errorf("init -upgrade:\n%s\n%s", r.Output(), lockFile())
		}
	}

	// This comes last, because it needs neither the mirror nor the lock file.
	if script := g.block(t, "dev.tfrc"); script != "export TF_CLI_CONFIG_FILE=$PWD/dev.tfrc\nterraform plan\n" {
		t.Fatalf("other commands than those run here:\n%s", script)
	}
	ws.Env = append(ws.Env, "TF_CLI_CONFIG_FILE="+ws.Write("dev.tfrc", g.block(t, "dev_overrides")))
	if r := ws.EmptyPlan(); !strings.Contains(r.Text(), "development overrides") {
		t.Errorf("plan with a build of one's own:\n%s", r.Output())
	}
}

// lockPlatforms returns the options of providers lock. A build for this platform
// alone supports no others.
func lockPlatforms(released, platform string) string {
	if found, _ := filepath.Glob(filepath.Join(released, "terraform-provider-cos_*_darwin_arm64.zip")); released != "" && len(found) == 0 {
		return "-platform=" + platform
	}
	return "-platform=linux_amd64 -platform=darwin_arm64"
}
