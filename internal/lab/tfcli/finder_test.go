package tfcli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// place is a machine to find a CLI on. It has the module's real pin, an empty .tools directory, no network and nothing
// on the PATH.
type place struct {
	*Finder
	variables map[string]string
	onPath    map[string]string
	log       bytes.Buffer
	obtained  []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{variables: map[string]string{}, onPath: map[string]string{}}

	finder, err := NewFinder(t.Context(), &p.log)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	pin := filepath.Join("internal", "lab", "tools", "opentofu", "go.mod")
	content, err := os.ReadFile(filepath.Join(finder.Root, pin))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Join(root, pin)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, pin), content, 0o600); err != nil {
		t.Fatal(err)
	}

	finder.Root = root
	finder.Getenv = func(name string) string { return p.variables[name] }
	finder.LookPath = func(name string) (string, error) {
		if path, there := p.onPath[name]; there {
			return path, nil
		}
		return "", exec.ErrNotFound
	}
	finder.download = func(context.Context, string) error {
		p.obtained = append(p.obtained, "download")
		return errors.New("no network")
	}
	finder.build = func(context.Context, string) error {
		p.obtained = append(p.obtained, "build")
		return errors.New("no compiler")
	}
	p.Finder = finder
	return p
}

func TestFindOrder(t *testing.T) {
	t.Parallel()

	bin := t.TempDir()
	terraform := fakeCLI(t, filepath.Join(bin, "terraform"), "Terraform v1.11.4\n")
	old := fakeCLI(t, filepath.Join(bin, "terraform-old"), "Terraform v1.5.7\n")
	tofu := fakeCLI(t, filepath.Join(bin, "tofu"), "OpenTofu v1.11.2\n")
	named := fakeCLI(t, filepath.Join(bin, "named"), "Terraform v1.12.0\n")

	tests := map[string]struct {
		named  string
		onPath map[string]string
		want   string
		log    string
	}{
		"the named one first":                {named: named, onPath: map[string]string{"terraform": terraform, "tofu": tofu}, want: named},
		"terraform before tofu":              {onPath: map[string]string{"terraform": terraform, "tofu": tofu}, want: terraform},
		"tofu alone":                         {onPath: map[string]string{"tofu": tofu}, want: tofu},
		"an old terraform is passed over":    {onPath: map[string]string{"terraform": old, "tofu": tofu}, want: tofu, log: "older than 1.11"},
		"a broken terraform is passed over":  {onPath: map[string]string{"terraform": filepath.Join(bin, "gone"), "tofu": tofu}, want: tofu, log: "passing over terraform"},
		"the named one although PATH is bad": {named: named, onPath: map[string]string{"terraform": old}, want: named},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlace(t)
			p.variables[PathVariable] = test.named
			p.onPath = test.onPath
			got, err := p.Find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.Path != test.want {
				t.Errorf("found %s, want %s", got, test.want)
			}
			if !strings.Contains(p.log.String(), test.log) {
				t.Errorf("log %q, want %q in it", p.log.String(), test.log)
			}
			if len(p.obtained) > 0 {
				t.Errorf("obtained by %v what was available", p.obtained)
			}
		})
	}
}

func TestOpenTofu(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.onPath["terraform"] = fakeCLI(t, filepath.Join(t.TempDir(), "terraform"), "Terraform v1.11.4\n")
	if _, err := p.OpenTofu(t.Context()); err == nil || !strings.Contains(err.Error(), "no compiler") || strings.Join(p.obtained, " ") != "build" {
		t.Errorf("obtained by %v: %v", p.obtained, err)
	}
	p.Finder.build = func(_ context.Context, target string) error {
		p.obtained = append(p.obtained, "build")
		fakeCLI(t, target, "OpenTofu v1.12.0\n")
		return nil
	}
	for range 2 { // the second time it is there
		if cli, err := p.OpenTofu(t.Context()); err != nil || cli.Product != OpenTofu {
			t.Errorf("found %s: %v", cli, err)
		}
	}
	if len(p.obtained) != 2 {
		t.Errorf("obtained by %v", p.obtained)
	}
	p.onPath["tofu"] = fakeCLI(t, filepath.Join(t.TempDir(), "tofu"), "OpenTofu v1.11.2\n")
	if cli, err := p.OpenTofu(t.Context()); err != nil || cli.Path != p.onPath["tofu"] {
		t.Errorf("found %s: %v", cli, err)
	}
}

func TestFindRefusesWhatIsNamedAndUnfit(t *testing.T) {
	t.Parallel()

	p := newPlace(t)
	p.onPath["terraform"] = fakeCLI(t, filepath.Join(t.TempDir(), "terraform"), "Terraform v1.11.4\n")
	p.variables[PathVariable] = fakeCLI(t, filepath.Join(t.TempDir(), "old"), "Terraform v1.5.7\n")

	_, err := p.Find(t.Context())
	if !errors.Is(err, ErrTooOld) || !strings.Contains(err.Error(), PathVariable) {
		t.Errorf("error %v, want ErrTooOld that names the variable", err)
	}
}

func TestFindKept(t *testing.T) {
	t.Parallel()

	for name, product := range map[string]string{"terraform": Terraform, "tofu": OpenTofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlace(t)
			pins := map[string]string{"terraform": terraformVersion, "tofu": pinnedOpenTofu(t, p)}
			fakeCLI(t, p.kept(name+"-"+pins[name]), product+" v"+pins[name]+"\n")

			got, err := p.Find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.Product != product || len(p.obtained) > 0 {
				t.Errorf("found %s and obtained by %v, want the kept %s", got, p.obtained, product)
			}
		})
	}
}

func TestFindDownloads(t *testing.T) {
	t.Parallel()

	p := newPlace(t)
	p.download = func(_ context.Context, target string) error {
		fakeCLI(t, target, "Terraform v"+terraformVersion+"\n")
		return nil
	}
	got, err := p.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Product != Terraform || len(p.obtained) > 0 {
		t.Errorf("found %s and obtained by %v, want the download alone", got, p.obtained)
	}
}

func TestFindBuildsWhereNothingCanBeDownloaded(t *testing.T) {
	t.Parallel()

	p := newPlace(t)
	p.build = func(_ context.Context, target string) error {
		fakeCLI(t, target, "OpenTofu v1.12.6\n")
		return nil
	}
	got, err := p.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Product != OpenTofu {
		t.Errorf("found %s, want OpenTofu", got)
	}
	for _, words := range []string{"downloading Terraform", "no network", "building OpenTofu"} {
		if !strings.Contains(p.log.String(), words) {
			t.Errorf("log %q, want %q in it", p.log.String(), words)
		}
	}
}

func TestFindFailsWithBothReasons(t *testing.T) {
	t.Parallel()

	_, err := newPlace(t).Find(t.Context())
	if err == nil {
		t.Fatal("found a CLI where there is none")
	}
	for _, words := range []string{"no network", "no compiler", PathVariable} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("error %q, want %q in it", err, words)
		}
	}
}

func TestFindStopsWhenCancelled(t *testing.T) {
	t.Parallel()

	p := newPlace(t)
	ctx, cancel := context.WithCancel(t.Context())
	p.download = func(context.Context, string) error {
		cancel()
		return errors.New("interrupted")
	}
	if _, err := p.Find(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if len(p.obtained) > 0 {
		t.Errorf("went on with %v after the interrupt", p.obtained)
	}
}

func TestDownloadGivesUp(t *testing.T) {
	t.Parallel()

	p := newPlace(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	target := p.kept("terraform-" + terraformVersion)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.downloadTerraform(ctx, target); err == nil {
		t.Fatal("downloaded in no time")
	}
	left, err := os.ReadDir(filepath.Dir(target))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func pinnedOpenTofu(t *testing.T, p *place) string {
	t.Helper()
	pin, err := p.openTofuVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return pin
}
