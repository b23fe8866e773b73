package provider_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// firstExample returns the first code block of the README.
func firstExample(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../../README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatal("the README has no example")
	}
	return string(block[1])
}

// installed runs make install with a temporary home directory.
func installed(t *testing.T, env ...string) {
	t.Helper()
	// The temporary home must not replace Go's caches.
	out, err := exec.CommandContext(t.Context(), "go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOENV", "GOPATH").Output()
	if err != nil {
		t.Fatal(err)
	}
	var settings map[string]string
	if err := json.Unmarshal(out, &settings); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "make", "-C", "../..", "install")
	command.Env = append(os.Environ(), "XDG_DATA_HOME=")
	for name, value := range settings {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, env...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("make install: %v\n%s", err, out)
	}
}

// The README's instructions work: after make install, init in an empty directory
// finds and locks the provider, and the first example applies with only the region
// and credentials set. No registry is reachable.
//
// With our runner: init has to install the provider.
func TestAccInstall(t *testing.T) {
	t.Parallel()
	example := firstExample(t)
	for name, tc := range map[string]struct {
		env  func(home string) []string
		into string // relative to the home directory
		make string // a directory that exists beforehand
	}{
		"the usual folder": {func(home string) []string { return []string{"HOME=" + home, "XDG_DATA_HOME="} }, ".terraform.d/plugins", ""},
		"XDG folders": {func(home string) []string {
			return []string{"HOME=" + home, "XDG_DATA_HOME=" + filepath.Join(home, "data")}
		}, "data/terraform/plugins", ""},
		"XDG, and the usual one used": {func(home string) []string {
			return []string{"HOME=" + home, "XDG_DATA_HOME=" + filepath.Join(home, "data")}
		}, ".terraform.d/plugins", ".terraform.d"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			home := t.TempDir()
			if err := os.MkdirAll(filepath.Join(home, tc.make), 0o755); err != nil {
				t.Fatal(err)
			}
			installed(t, tc.env(home)...)
			for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
				found, err := filepath.Glob(filepath.Join(home, filepath.FromSlash(tc.into), registry, "cos-terraform", "cos", "*", "*", "terraform-provider-cos_v*"))
				if err != nil || len(found) != 1 {
					t.Errorf("%s: %v, %v", registry, found, err)
				}
			}

			w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{"examplebucket-1250000000"} })
			proxy := newTunnel(t, "", func(host string) string {
				if host == "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com" {
					return addressOf(w)
				}
				return ""
			})
			ws.Env = append(append(proxy.through(ws, w), tc.env(home)...), "TF_REATTACH_PROVIDERS=", "TENCENTCLOUD_REGION=ap-guangzhou")
			ws.Write("main.tf", example)
			if r := ws.Run("init"); r.Code != 0 {
				t.Fatalf("init:\n%s", r.Output())
			}
			lock, err := os.ReadFile(filepath.Join(ws.Dir, ".terraform.lock.hcl"))
			if err != nil || !strings.Contains(string(lock), "/cos-terraform/cos\" {") || !strings.Contains(string(lock), "h1:") {
				t.Errorf("the lock file: %v\n%s", err, lock)
			}
			if name != "the usual folder" {
				return // the CLI has found it, and runs the same program
			}
			if r := ws.Run("fmt", "-check", "-diff"); r.Code != 0 {
				t.Errorf("the example is not formatted:\n%s", r.Output())
			}
			ws.Apply()
			ws.EmptyPlan()
			if o, ok := w.Server.Object("examplebucket-1250000000", "hello.txt"); !ok || o.Mode != "AES256" {
				t.Errorf("stored %+v", o)
			}
			if hosts := proxy.asked(); len(hosts) != 1 {
				t.Errorf("connections went to %q", hosts)
			}
			ws.Destroy()

			anotherBuild(t, ws, filepath.Join(home, filepath.FromSlash(tc.into)))

			// The short address resolves to either registry host.
			other := acctest.NewWorkspace(t)
			other.Env = ws.Env
			other.Write("main.tf", strings.NewReplacer(`"cos-terraform/cos"`, `"registry.opentofu.org/cos-terraform/cos"`).Replace(example))
			if r := other.Run("init"); r.Code != 0 {
				t.Errorf("init from OpenTofu's registry:\n%s", r.Output())
			}
		})
	}
}

// anotherBuild installs a different build, first with the same version and then
// with a new one, and follows the README's instructions for each.
func anotherBuild(t *testing.T, ws *acctest.Workspace, mirror string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(mirror, "*", "cos-terraform", "cos", "*", "*", "terraform-provider-cos_v*"))
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(text, "another build"...), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if r := ws.Run("init"); r.Code == 0 || !strings.Contains(r.Text(), "checksum") {
		t.Errorf("init with the checksum of the build before:\n%s", r.Output())
	}
	if err := os.Remove(filepath.Join(ws.Dir, ".terraform.lock.hcl")); err != nil {
		t.Fatal(err)
	}
	if r := ws.Run("init"); r.Code != 0 {
		t.Errorf("init without the lock file:\n%s", r.Output())
	}
	for _, path := range found {
		version := filepath.Dir(filepath.Dir(path))
		newer := filepath.Join(filepath.Dir(version), "999.0.0", filepath.Base(filepath.Dir(path)))
		if err := os.MkdirAll(newer, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(path, filepath.Join(newer, "terraform-provider-cos_v999.0.0")); err != nil {
			t.Fatal(err)
		}
	}
	if r := ws.Run("init", "-upgrade"); r.Code != 0 || !strings.Contains(r.Output(), "v999.0.0") {
		t.Errorf("init -upgrade:\n%s", r.Output())
	}
}
