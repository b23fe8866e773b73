// Command notices collects the licenses and notices of everything linked into the released programs, on any platform,
// into one text for their archives.
//
// The texts are copied unchanged. make licenses checks the kinds of license with google/go-licenses, which omits
// notices and the standard library and needs the network.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// own is this module, whose license is a separate file.
const own = "github.com/cos-terraform/terraform-provider-cos"

// released lists the released programs. systems lists the operating systems on which they link different modules.
var (
	released = []string{".", "./internal/cosmock/cmd/cosmock"}
	systems  = []string{"darwin", "freebsd", "linux", "windows"}
)

func main() {
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(context.Background(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string) error {
	text, err := collect(ctx, systems)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}

// library is a module or the standard library.
type library struct{ name, dir string }

// collect returns the text for the given systems.
func collect(ctx context.Context, systems []string) ([]byte, error) {
	var all []library
	for _, system := range systems {
		found, err := linked(ctx, system)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	root, err := golang(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b library) int { return strings.Compare(a.name, b.name) })
	all = append([]library{root}, slices.Compact(all)...)

	text := bytes.NewBufferString("The programs in this archive contain the following software, under the licenses that follow its name.\n")
	for _, l := range all {
		if err := l.write(text); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// linked returns the modules with a package in one of the programs, except this module.
func linked(ctx context.Context, system string) ([]library, error) {
	const format = "{{with .Module}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}"
	command := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-f", format}, released...)...)
	command.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w", system, err)
	}
	var found []library
	for line := range strings.Lines(string(out)) {
		name, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
		l := library{strings.TrimSpace(name), dir}
		if ok && l.name != own && !slices.Contains(found, l) {
			found = append(found, l)
		}
	}
	return found, nil
}

// golang returns the standard library. Its version is the compiler's.
func golang(ctx context.Context) (library, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOROOT").Output()
	if err != nil {
		return library{}, fmt.Errorf("go env: %w", err)
	}
	version, root, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return library{"The Go standard library " + version, root}, nil
}

// legal matches the names of files that must accompany a distribution.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([._-].*)?$`)

// write appends the files of one library in the order of their names.
func (l library) write(text *bytes.Buffer) error {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return fmt.Errorf("%s: %w", l.name, err)
	}
	licensed := false
	for _, e := range entries {
		if !legal.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(l.dir, e.Name()))
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		licensed = licensed || !strings.HasPrefix(strings.ToLower(e.Name()), "notice")
		fmt.Fprintf(text, "\n%s\n%s: %s\n%s\n\n%s\n", strings.Repeat("=", 80), l.name, e.Name(), strings.Repeat("=", 80), bytes.TrimSpace(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))))
	}
	if !licensed {
		return fmt.Errorf("%s has no license in %s", l.name, l.dir)
	}
	return nil
}
