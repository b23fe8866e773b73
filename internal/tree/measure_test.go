package tree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

func measured(t testing.TB, root string, o Options) *Tree {
	t.Helper()
	got, err := Walk(t.Context(), root, o)
	if err == nil {
		err = got.Measure(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	want := map[string]content.Sum{}
	for _, size := range []int{0, 1, bufferSize - 1, bufferSize, bufferSize + 1, 3*bufferSize + 7} {
		data := bytes.Repeat([]byte("0123456789abc"), size/13+1)[:size]
		name := fmt.Sprint(size)
		want[name] = content.SumBytes(data)
		if err := os.WriteFile(filepath.Join(root, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]content.Sum{}
	for _, f := range measured(t, root, Options{}).Files {
		got[f.Key] = f.Sum
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A file that vanishes between the walk and its reading does not count as
// removed.
func TestFileThatVanishesOrChangesKind(t *testing.T) {
	t.Parallel()
	root := lay(t, "a", "b", "c")
	got, err := Walk(t.Context(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(filepath.Join(root, "a")), os.Remove(filepath.Join(root, "b")), os.Mkdir(filepath.Join(root, "b"), 0o700)); err != nil {
		t.Fatal(err)
	}
	err = got.Measure(t.Context())
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 2 || !errors.Is(problems[0], fs.ErrNotExist) || !errors.Is(problems[1], ErrNotRegular) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := got.Measure(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// A plan contains every value of a configuration, regardless of its name.
func TestPlansOfAnyName(t *testing.T) {
	t.Parallel()
	head := append([]byte("PK\x03\x04"), make([]byte, 26)...)
	head[26] = 6
	plan := append(head, "tfplan rest"...)
	root := lay(t, "a.zip")
	for name, data := range map[string][]byte{
		"p": plan, "q": bytes.Replace(plan, []byte("tfplan"), []byte("tfplum"), 1), "s/large": append(plan, make([]byte, 2*bufferSize)...),
	} {
		at := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	got := measured(t, root, Options{})
	if diff := cmp.Diff([]string{"a.zip", "q"}, keys(got.Files)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"p", "s/large"}, got.Secret); diff != "" {
		t.Error(diff)
	}
	if named := measured(t, root, Options{Include: mustParse(t, "**", "s/large")}); len(named.Files) != 3 {
		t.Errorf("a pattern names it: got %v", keys(named.Files))
	}
}

func TestCheckFindsALaterChange(t *testing.T) {
	t.Parallel()
	root := lay(t, "gone", "grown", "replaced", "same", "touched")
	got := measured(t, root, Options{})
	if err := Check(got.Files); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(root, name) }
	info, err := os.Stat(at("replaced"))
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.Remove(at("gone")),
		os.WriteFile(at("grown"), []byte("longer than before"), 0o600),
		os.WriteFile(at("new"), []byte("REPLACED"), 0o600), // the same size and time
		os.Chtimes(at("new"), info.ModTime(), info.ModTime()),
		os.Rename(at("new"), at("replaced")),
		os.Chtimes(at("touched"), info.ModTime().Add(1), info.ModTime().Add(1e9)),
	)
	if err != nil {
		t.Fatal(err)
	}
	var problems Problems
	if err := Check(got.Files); !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	var names []string
	for _, p := range problems {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"gone", "grown", "replaced", "touched"}, names); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkTree measures the cost of a plan before it compares anything.
func BenchmarkTree(b *testing.B) {
	root := b.TempDir()
	data := make([]byte, 4<<10)
	for i := range 10_000 {
		folder := filepath.Join(root, fmt.Sprint(i/100))
		if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, fmt.Sprintf("file-%05d.html", i)), data, 0o600)); err != nil {
			b.Fatal(err)
		}
	}
	o := Options{Prefix: "site/", Include: mustParse(b, "**", ".well-known/**"), Exclude: mustParse(b, "**/*.map", "node_modules/")}
	b.Run("walk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Walk(b.Context(), root, o); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("walk and measure", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			measured(b, root, o)
		}
	})
}

// Read returns the measured content or an error: a file can be rewritten with the
// same size and time.
func TestReadTakesOtherBytes(t *testing.T) {
	t.Parallel()
	root := lay(t, "empty", "gone", "grown", "rewritten", "same")
	at := func(name string) string { return filepath.Join(root, name) }
	if err := os.WriteFile(at("empty"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := measured(t, root, Options{})
	info, err := os.Stat(at("rewritten"))
	if err != nil {
		t.Fatal(err)
	}
	other := make([]byte, info.Size())
	err = errors.Join(
		os.Remove(at("gone")),
		os.WriteFile(at("grown"), []byte("longer than before"), 0o600),
		os.WriteFile(at("rewritten"), other, 0o600), // in place
		os.Chtimes(at("rewritten"), info.ModTime(), info.ModTime()),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Files {
		data, err := f.Read()
		if want := f.Name == "empty" || f.Name == "same"; (err == nil) != want || want && int64(len(data)) != f.Sum.Length {
			t.Errorf("%s: %d bytes, %v", f.Name, len(data), err)
		}
	}
}
