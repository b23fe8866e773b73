package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMirrorDir(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		goos   string
		env    map[string]string
		usual  bool // ~/.terraform.d exists
		want   string
		failed bool
	}{
		"Linux":                        {"linux", map[string]string{"HOME": "/home/u"}, false, "/home/u/.terraform.d/plugins", false},
		"macOS":                        {"darwin", map[string]string{"HOME": "/Users/u", "XDG_DATA_HOME": "/x"}, false, "/Users/u/.terraform.d/plugins", false},
		"XDG":                          {"linux", map[string]string{"HOME": "/home/u", "XDG_DATA_HOME": "/data"}, false, "/data/terraform/plugins", false},
		"XDG, and the usual folder":    {"linux", map[string]string{"HOME": "/home/u", "XDG_DATA_HOME": "/data"}, true, "/home/u/.terraform.d/plugins", false},
		"XDG that is no absolute path": {"freebsd", map[string]string{"HOME": "/home/u", "XDG_DATA_HOME": "data"}, false, "/home/u/.terraform.d/plugins", false},
		"Windows":                      {"windows", map[string]string{"APPDATA": "/AppData"}, false, "/AppData/terraform.d/plugins", false},
		"no home":                      {"linux", nil, false, "", true},
		"no AppData":                   {"windows", map[string]string{"HOME": "/home/u"}, false, "", true},
	} {
		got, err := mirrorDir(tc.goos, func(name string) string { return tc.env[name] }, func(string) bool { return tc.usual })
		if filepath.ToSlash(got) != tc.want || (err != nil) != tc.failed {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	got := folders("m", "0.1.0", "linux", "arm64")
	for i := range got {
		got[i] = filepath.ToSlash(got[i])
	}
	want := []string{"m/registry.terraform.io/cos-terraform/cos/0.1.0/linux_arm64", "m/registry.opentofu.org/cos-terraform/cos/0.1.0/linux_arm64"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		goos string
		env  map[string]string
		want []string
	}{
		"named":   {"linux", map[string]string{"HOME": "/h", "TF_CLI_CONFIG_FILE": "/c"}, []string{"/c"}},
		"Linux":   {"linux", map[string]string{"HOME": "/h"}, []string{"/h/.terraformrc", "/h/.tofurc"}},
		"XDG":     {"linux", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, []string{"/h/.terraformrc", "/h/.tofurc", "/x/opentofu/tofurc"}},
		"Windows": {"windows", map[string]string{"APPDATA": "/a"}, []string{"/a/terraform.rc", "/a/tofu.rc"}},
	} {
		got := configurations(tc.goos, func(name string) string { return tc.env[name] })
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A version that init would not select is refused before the build.
func TestVersionsThatInitWouldPassOver(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "dev", "v0.1.0", "0.1", "0.1.0-beta1", "0.1.0+abc", "01.0.0", "0.1.0 -X main.x=y"} {
		if err := run(t.Context(), version, nil); err == nil || !strings.Contains(err.Error(), "0.1.0, without") {
			t.Errorf("%q: %v", version, err)
		}
	}
}
