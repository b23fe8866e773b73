package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The text contains the notices of modules linked on this platform and omits
// those of modules that only tests and tools use. It is the same each time.
func TestNotices(t *testing.T) {
	t.Chdir(filepath.FromSlash("../../..")) // the directory in which make runs the command
	text, err := collect(t.Context(), []string{runtime.GOOS})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"\nThe Go standard library go", "\ngithub.com/tencentyun/cos-go-sdk-v5 v", "\ngoogle.golang.org/grpc v",
		": NOTICE.txt\n", "Mozilla Public License", "Apache License", "Copyright 2009 The Go Authors",
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%q is missing", part)
		}
	}
	for _, part := range []string{"\n" + own, "\ngithub.com/hashicorp/terraform-plugin-testing v", "\ngithub.com/google/go-cmp v"} {
		if strings.Contains(string(text), part) {
			t.Errorf("%q is in it", part)
		}
	}
}

// A module without a license is an error, even if it has a notice, because it
// must not be redistributed. Other files next to a license are left out.
func TestModulesWithoutLicense(t *testing.T) {
	t.Parallel()
	l := library{"example.com/m v1.0.0", t.TempDir()}
	add := func(name string) (string, error) {
		if err := os.WriteFile(filepath.Join(l.dir, name), []byte("text of "+name+"\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err := l.write(&out)
		return out.String(), err
	}
	for _, name := range []string{"README.md", "Notice"} {
		if _, err := add(name); err == nil {
			t.Errorf("%s is enough", name)
		}
	}
	text, err := add("LICENCE-MIT.txt")
	if err != nil || !strings.Contains(text, "text of LICENCE-MIT.txt\n") || !strings.Contains(text, "text of Notice\n") || strings.Contains(text, "README") {
		t.Errorf("%v, %s", err, text)
	}
}
