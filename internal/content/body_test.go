package content_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

func TestInline(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", content.MaxInline)
	for name, tc := range map[string]struct {
		make    func() (content.Source, error)
		want    string
		wantErr error
	}{
		"text":            {func() (content.Source, error) { return content.Text("héllo") }, "héllo", nil},
		"empty text":      {func() (content.Source, error) { return content.Text("") }, "", nil},
		"8 MiB":           {func() (content.Source, error) { return content.Text(full) }, full, nil},
		"8 MiB + 1":       {func() (content.Source, error) { return content.Text(full + "x") }, "", content.ErrTooLarge},
		"base64":          {func() (content.Source, error) { return content.Base64("AP8=") }, "\x00\xff", nil},
		"base64 of 8 MiB": {func() (content.Source, error) { return content.Base64(base64.StdEncoding.EncodeToString([]byte(full))) }, full, nil},
		"base64, too long": {func() (content.Source, error) {
			return content.Base64(base64.StdEncoding.EncodeToString([]byte(full + "x")))
		}, "", content.ErrTooLarge},
		"not base64": {func() (content.Source, error) { return content.Base64("not base64!") }, "", content.ErrBase64},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, err := tc.make()
			if !errors.Is(err, tc.wantErr) {
				t.Fatalf("got error %v, want %v", err, tc.wantErr)
			}
			if err != nil {
				return
			}
			body, err := source.Body()
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // a retry opens it again
				if got := read(t, body); got != tc.want {
					t.Errorf("read %d bytes, want %d", len(got), len(tc.want))
				}
			}
			if !source.Declared() || body.Size() != int64(len(tc.want)) {
				t.Errorf("declared %v, size %d", source.Declared(), body.Size())
			}
		})
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	if _, err := content.File(path).Body(); !errors.Is(err, content.ErrNotExist) {
		t.Errorf("absent: got %v", err)
	}
	if _, err := content.File(dir).Body(); !errors.Is(err, content.ErrNotRegular) {
		t.Errorf("folder: got %v", err)
	}
	if body, err := content.File(os.DevNull).Body(); err != nil || read(t, body) != "" {
		t.Errorf("the null device is the empty body: got %v", err)
	}
	if _, err := content.File("/dev/zero").Body(); !errors.Is(err, content.ErrNotRegular) {
		t.Errorf("device: got %v", err)
	}
	write(t, path, "first")
	body, err := content.File(path).Body()
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, body); got != "first" || body.Size() != 5 {
		t.Errorf("got %q of %d bytes", got, body.Size())
	}
	if _, inline := body.Inline(); inline {
		t.Error("a file is said to be in memory")
	}
	write(t, path, "longer than first")
	if _, err := body.Open(); !errors.Is(err, content.ErrChanged) {
		t.Errorf("open after a change: got %v", err)
	}
	if _, err := body.Sum(t.Context()); !errors.Is(err, content.ErrChanged) {
		t.Errorf("sum after a change: got %v", err)
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("the superuser can read everything")
	}
	path := filepath.Join(t.TempDir(), "a.txt")
	write(t, path, "x")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := content.File(path).Body(); !errors.Is(err, os.ErrPermission) {
		t.Errorf("got %v", err)
	}
}

func TestNoBody(t *testing.T) {
	t.Parallel()
	if (content.Source{}).Declared() {
		t.Error("the zero source is declared")
	}
	if _, err := (content.Source{}).Body(); err == nil {
		t.Error("the zero source has a body")
	}
}

// The values are printed in COS's documentation for the body "[Object Content]".
func TestSum(t *testing.T) {
	t.Parallel()
	want := content.Sum{Length: 16, CRC64: 16749565679157681890}
	if diff := cmp.Diff(want, content.SumBytes([]byte("[Object Content]"))); diff != "" {
		t.Error(diff)
	}
	if got := want.CRC64String(); got != "16749565679157681890" {
		t.Errorf("got %s", got)
	}
	if diff := cmp.Diff(content.Sum{}, content.SumBytes(nil)); diff != "" {
		t.Error(diff)
	}
	large := bytes.Repeat([]byte("0123456789"), 100_000)
	path := filepath.Join(t.TempDir(), "large")
	write(t, path, string(large))
	body, err := content.File(path).Body()
	if err != nil {
		t.Fatal(err)
	}
	got, err := body.Sum(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content.SumBytes(large), got); diff != "" {
		t.Error(diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := body.Sum(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	broken := io.MultiReader(strings.NewReader("x"), brokenReader{})
	if _, err := content.SumReader(t.Context(), broken); !errors.Is(err, errBroken) {
		t.Errorf("broken: got %v", err)
	}
}

func TestGuessType(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		names []string
		want  string
	}{
		"key":                      {[]string{"a/b.json", "c.txt"}, "application/json"},
		"source, where key is mum": {[]string{"a/b", "c.txt"}, "text/plain; charset=utf-8"},
		"upper case":               {[]string{"A.HTML"}, "text/html; charset=utf-8"},
		"windows path":             {[]string{"", `C:\x.y\photo.PNG`}, "image/png"},
		"windows folder":           {[]string{`C:\x.png\photo`}, content.DefaultType},
		"folder with a dot":        {[]string{"v1.json/data"}, content.DefaultType},
		"nothing":                  {[]string{"", ""}, content.DefaultType},
		"dot only":                 {[]string{"a."}, content.DefaultType},
		"two extensions":           {[]string{"a.tar.gz"}, "application/gzip"},
	} {
		if got := content.GuessType(tc.names...); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func BenchmarkSumReader(b *testing.B) {
	data := make([]byte, 64<<20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := content.SumReader(b.Context(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

var errBroken = errors.New("broken")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func read(t *testing.T, body content.Body) string {
	t.Helper()
	r, err := body.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestGuessTypeOfWhatSitesHave(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"app.js.map": "application/json", "a.cjs": "text/javascript; charset=utf-8", "a.vtt": "text/vtt; charset=utf-8",
		"a.m3u8": "application/vnd.apple.mpegurl", "a.rss": "application/rss+xml", "a.atom": "application/atom+xml",
		"a.geojson": "application/geo+json", "a.glb": "model/gltf-binary", "a.jxl": "image/jxl", "a.heic": "image/heic",
	} {
		if got := content.GuessType(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
