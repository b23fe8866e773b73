package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lay creates files, each with its name as content. "a -> b" creates a link, and
// a trailing slash a directory.
func lay(t testing.TB, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		link, target, isLink := strings.Cut(name, " -> ")
		at := filepath.Join(root, filepath.FromSlash(link))
		folder := filepath.Dir(at)
		if strings.HasSuffix(name, "/") {
			folder = at
		}
		err := os.MkdirAll(folder, 0o700)
		switch {
		case err != nil:
		case isLink:
			err = os.Symlink(filepath.FromSlash(target), at)
		case folder != at:
			err = os.WriteFile(at, []byte(name), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func keys(files []File) []string {
	all := []string{}
	for _, f := range files {
		all = append(all, f.Key)
	}
	return all
}

func TestWalkSelects(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		files, include, exclude []string
		want                    []string
		unmatched               string
		wellKnown, secret       []string
	}{
		"everything, by key and not by folder": {files: []string{"a/b", "a.b", "a-b", "z"}, want: []string{"a-b", "a.b", "a/b", "z"}},
		"empty folders become nothing":         {files: []string{"a/", "b/c/", "d"}, want: []string{"d"}},
		"exclude wins in any order":            {files: []string{"a.js", "a.map"}, include: []string{"a.map", "**"}, exclude: []string{"*.map"}, want: []string{"a.js"}, unmatched: "a.map"},
		"case counts":                          {files: []string{"A.HTML"}, include: []string{"*.html"}, want: []string{}, unmatched: "*.html"},
		"dot names only if named":              {files: []string{"a", ".git/config", "b/.env", ".htaccess"}, want: []string{"a"}},
		"a dot name that is named":             {files: []string{".well-known/security.txt", ".well-known/.DS_Store", ".git/config"}, include: []string{"**", ".well-known/**"}, want: []string{".well-known/security.txt"}},
		"one of two in braces is named":        {files: []string{"a", ".htaccess", ".env"}, include: []string{"{*,.htaccess}"}, want: []string{".htaccess", "a"}},
		"naming a dot file names no folder":    {files: []string{".env", ".git/.x", "a/.y"}, include: []string{"**/.*"}, want: []string{".env", "a/.y"}},
		"an omitted .well-known is told":       {files: []string{"a", ".well-known/x", "b/.well-known/x"}, want: []string{"a"}, wellKnown: []string{".well-known", "b/.well-known"}},
		"an excluded .well-known is meant":     {files: []string{"a", ".well-known/x"}, exclude: []string{".well-known/"}, want: []string{"a"}},
		"states and variables stay out": {
			files: []string{"a", "terraform.tfstate", "b/x.tfstate.backup", "prod.auto.tfvars", "x.TFVARS.json", "tfplan", "p.tfplan", "tfplan.txt", "tfplanner"},
			want:  []string{"a", "tfplanner"}, secret: []string{"b/x.tfstate.backup", "p.tfplan", "prod.auto.tfvars", "terraform.tfstate", "tfplan", "tfplan.txt", "x.TFVARS.json"},
		},
		"a state that is named": {files: []string{"a.tfstate", "b.tfvars"}, include: []string{"**", "*.tfstate"}, want: []string{"a.tfstate"}, secret: []string{"b.tfvars"}},
		"*.backup does not name a state": {
			files: []string{"x.tfstate.backup", "y.backup"}, include: []string{"*.backup"}, want: []string{"y.backup"}, secret: []string{"x.tfstate.backup"},
		},
		"*.tf* does not name a state":            {files: []string{"x.tfstate", "y.tf"}, include: []string{"*.tf*"}, want: []string{"y.tf"}, secret: []string{"x.tfstate"}},
		"an unmatched exclude is told":           {files: []string{"a"}, exclude: []string{"*.map"}, want: []string{"a"}, unmatched: "!*.map"},
		"a folder without its slash is told":     {files: []string{"a", "node_modules/b"}, exclude: []string{"node_modules"}, want: []string{"a", "node_modules/b"}, unmatched: "!node_modules (folder)"},
		"an excluded folder hides other matches": {files: []string{"a", "m/b.map"}, exclude: []string{"m/", "**/*.map", "m/b.map"}, want: []string{"a"}},
		"excluded within what no dot name shows": {files: []string{"a", ".git/config"}, exclude: []string{".git/config"}, want: []string{"a"}},
		"no file":                                {files: []string{"a/"}, want: []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Walk(t.Context(), lay(t, tc.files...), Options{Include: mustParse(t, tc.include...), Exclude: mustParse(t, tc.exclude...)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, keys(got.Files)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			var unmatched []string
			for _, u := range got.Unmatched {
				text := u.Pattern.String()
				if u.Exclude {
					text = "!" + text
				}
				if u.Folder {
					text += " (folder)"
				}
				unmatched = append(unmatched, text)
			}
			if text := strings.Join(unmatched, " "); text != tc.unmatched {
				t.Errorf("unmatched %q, want %q", text, tc.unmatched)
			}
			if diff := cmp.Diff(tc.wellKnown, got.WellKnown); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.secret, got.Secret); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	outside := lay(t, "secret")
	for name, tc := range map[string]struct {
		files, include, exclude []string
		want                    []string
		wantErr                 error
	}{
		"to a file and a folder":             {files: []string{"a/x", "f -> a/x", "d -> a"}, want: []string{"a/x", "d/x", "f"}},
		"to a folder, twice":                 {files: []string{"a/x", "d -> a", "e -> d"}, want: []string{"a/x", "d/x", "e/x"}},
		"broken":                             {files: []string{"a", "b -> nowhere"}, wantErr: ErrBrokenLink},
		"broken and excluded":                {files: []string{"a", "b -> nowhere"}, exclude: []string{"b"}, want: []string{"a"}},
		"broken and a dot name":              {files: []string{"a", ".#a -> nobody@host"}, want: []string{"a"}},
		"broken, and may have been a folder": {files: []string{"a.css", "b -> nowhere"}, include: []string{"**/*.css"}, wantErr: ErrBrokenLink},
		"broken, and no pattern reaches it":  {files: []string{"a.css", "b -> nowhere"}, include: []string{"*.css"}, want: []string{"a.css"}},
		"to itself":                          {files: []string{"a -> a"}, wantErr: ErrCircularLink},
		"to the folder it is in":             {files: []string{"a/x", "a/b -> ."}, wantErr: ErrCircularLink},
		"to the source":                      {files: []string{"a/x", "a/b -> .."}, wantErr: ErrCircularLink},
		"in a circle by two links":           {files: []string{"a/x", "b/y", "a/b -> ../b", "b/a -> ../a"}, wantErr: ErrCircularLink},
		"out of the source, to a file":       {files: []string{"a", "b -> " + outside + "/secret"}, wantErr: ErrLeavesRoot},
		"out of the source, to a folder":     {files: []string{"a", "b -> " + outside}, wantErr: ErrLeavesRoot},
		"out of the source, excluded":        {files: []string{"a", "b -> " + outside}, exclude: []string{"b/"}, want: []string{"a"}},
		"out to a file no pattern wants":     {files: []string{"a.css", "b -> " + outside + "/secret"}, include: []string{"**/*.css"}, want: []string{"a.css"}},
		"to a device":                        {files: []string{"a", "b -> /dev/null"}, wantErr: ErrLeavesRoot},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Walk(t.Context(), lay(t, tc.files...), Options{Include: mustParse(t, tc.include...), Exclude: mustParse(t, tc.exclude...)})
			if !errors.Is(err, tc.wantErr) {
				t.Fatalf("got error %v, want %v", err, tc.wantErr)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(tc.want, keys(got.Files)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("the source itself may be one", func(t *testing.T) {
		t.Parallel()
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(lay(t, "a/x", "b -> a"), link); err != nil {
			t.Fatal(err)
		}
		got, err := Walk(t.Context(), link, Options{Prefix: "p/"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"p/a/x", "p/b/x"}, keys(got.Files)); diff != "" {
			t.Error(diff)
		}
	})
}

// Two links in each directory to the next one make 2^30 paths out of thirty
// directories.
func TestLinksThatMultiply(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 30 {
		for _, link := range []string{"a", "b"} {
			names = append(names, fmt.Sprintf("%02d/%s -> ../%02d", i, link, i+1))
		}
	}
	if _, err := Walk(t.Context(), lay(t, append(names, "30/")...), Options{}); !errors.Is(err, ErrTooMany) {
		t.Errorf("got %v", err)
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	root := lay(t, "file")
	if _, err := Walk(t.Context(), filepath.Join(root, "none"), Options{}); !errors.Is(err, ErrNotExist) {
		t.Errorf("missing: got %v", err)
	}
	if _, err := Walk(t.Context(), filepath.Join(root, "file"), Options{}); !errors.Is(err, ErrNotDirectory) || !strings.Contains(err.Error(), "cos_encrypted_object") {
		t.Errorf("a file: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Walk(ctx, root, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// An unreadable directory must not count as empty, because its objects would be
// deleted.
func TestUnreadableFolderIsNotEmpty(t *testing.T) {
	t.Parallel()
	root := lay(t, "a", "b/c")
	deep, err := os.OpenRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	// Longer than any path that the system can open, which stops the superuser as
	// well.
	long := strings.Repeat("b/"+strings.Repeat("d", 200)+"/", 1) + strings.Repeat(strings.Repeat("d", 200)+"/", 25)
	if err := errors.Join(deep.MkdirAll(strings.TrimSuffix(long, "/"), 0o700), deep.Close()); err != nil {
		t.Skip(err)
	}
	var problems Problems
	if _, err := Walk(t.Context(), root, Options{}); !errors.As(err, &problems) || len(problems) != 1 || !strings.HasPrefix(problems[0].Name, "b/d") {
		t.Errorf("got %v", err)
	}
	for name, o := range map[string]Options{
		"excluded":            {Exclude: mustParse(t, "b/d*/")},
		"no pattern wants it": {Include: mustParse(t, "*", "b/*")},
	} {
		got, err := Walk(t.Context(), root, o)
		if err != nil || len(got.Files) != 2 {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestNamesThatMeetInOneKey(t *testing.T) {
	t.Parallel()
	root := lay(t, "e\u0301/x", "\u00e9/x", "z")
	if entries, err := os.ReadDir(root); err != nil || len(entries) != 3 {
		t.Skip("the file system composes names by itself")
	}
	_, err := Walk(t.Context(), root, Options{})
	if !errors.Is(err, ErrOneKey) || !strings.Contains(err.Error(), `e\u0301/x`) || !strings.Contains(err.Error(), `\u00e9/x`) {
		t.Errorf("got %v: both names have to be told, so that they can be told apart", err)
	}
}

// The keys in the state are composed, even if the disk or the prefix has
// decomposed names.
func TestDecomposedNames(t *testing.T) {
	t.Parallel()
	root := lay(t, "u\u0308.txt", "\u0301x")
	got, err := Walk(t.Context(), root, Options{Prefix: "e", Include: mustParse(t, "\u00fc.txt", "?x")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"e\u00fc.txt", "\u00e9x"}, keys(got.Files)); diff != "" {
		t.Error(diff)
	}
	if err := got.Measure(t.Context()); err != nil {
		t.Errorf("a file cannot be opened by its name on the disk: %v", err)
	}
}

func TestNamesThatNoObjectCanHave(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no file can have them either")
	}
	refused := errors.New("refused")
	check := func(key string) error {
		if strings.ContainsAny(key, "\n") {
			return refused
		}
		return nil
	}
	_, err := Walk(t.Context(), lay(t, "a", "b\nc", "d\ne"), Options{CheckKey: check})
	var problems Problems
	if !errors.Is(err, refused) || !errors.As(err, &problems) || len(problems) != 2 {
		t.Errorf("got %v", err)
	}
	if _, err := Walk(t.Context(), lay(t, "a", "b\xff"), Options{}); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("got %v", err)
	}
	// On Unix a backslash is part of the name.
	got, err := Walk(t.Context(), lay(t, `a\b`, "c/d"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`a\b`, "c/d"}, keys(got.Files)); diff != "" {
		t.Error(diff)
	}
}

func TestNeitherFileNorFolder(t *testing.T) {
	t.Parallel()
	root := lay(t, "a")
	socket, err := net.Listen("unix", filepath.Join(root, "s"))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = socket.Close() }()
	if _, err := Walk(t.Context(), root, Options{}); !errors.Is(err, ErrNotRegular) {
		t.Errorf("got %v", err)
	}
	if _, err := Walk(t.Context(), root, Options{Exclude: mustParse(t, "s")}); err != nil {
		t.Errorf("excluded: got %v", err)
	}
}

func TestTooManyFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	folder := filepath.Join(root, "many")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range MaxFiles {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Walk(t.Context(), root, Options{})
	if err != nil || len(got.Files) != MaxFiles {
		t.Fatalf("got %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "one"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Walk(t.Context(), root, Options{})
	if !errors.Is(err, ErrTooMany) {
		t.Fatalf("got %v", err)
	}
	for _, says := range []string{"20001 files", "at most 20000", `20000 below "many/"`, "1 in the source folder itself", "include and exclude"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v: does not say %q", err, says)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	var p Problems
	for i := range 30 {
		p = append(p, Problem{Name: fmt.Sprintf("%02d", 29-i), Err: fs.ErrPermission})
	}
	text := p.asError().Error()
	if lines := strings.Split(text, "\n"); len(lines) != 20 || lines[19] != "and 11 more" || !strings.HasPrefix(lines[0], `"00": `) {
		t.Errorf("got\n%s", text)
	}
	if !errors.Is(p, fs.ErrPermission) || Problems(nil).asError() != nil {
		t.Error("errors are not what they were")
	}
}
